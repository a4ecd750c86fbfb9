/** What a running stage prints is seen while it runs (R-EASE-5), at a terminal of this process. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dispatch } from "../../cli/dispatch.ts";
import { withOutput } from "../../cli/screen/output-tail.ts";
import { rowsOf } from "../../cli/screen/tree-of-state.ts";
import { pipelineOf, start, world } from "../core/world.ts";
import { folder, graph, repository, tool } from "../local/world.ts";

describe("R-EASE-5: at a terminal", () => {
  it("a running stage shows the last line of its output, and where the rest is", async () => {
    const repo = repository();
    const root = join(folder(), "run");
    const go = join(folder(), "go");
    const wait = `echo one; echo 'second line'; until test -e ${go}; do sleep 0.1; done`;
    writeFileSync(join(repo, "g.dot"), graph(`${tool("slow", wait)}; s -> slow -> e`));
    let seen = "";
    const out = (text: string) => {
      seen += text;
      if (/slow .*second line/.test(seen) && /output: \S+stdout\.log/.test(seen)) writeFileSync(go, "");
    };
    const code = await dispatch(["run", join(repo, "g.dot"), "--workdir", repo, "--logs-root", root], {
      out,
      err: out,
      stdin: async () => "",
      color: false,
      size: () => ({ columns: 200, rows: 30 }),
    });
    expect(code).toBe(0);
    expect(existsSync(go)).toBe(true);
    expect(seen).toContain(`output: ${join(root, "slow/v1-a1/stdout.log")}`);
    expect(seen).toContain("next: ");
  }, 60_000);

  it("nothing of it moves the cursor, and what is long is cut to its end", () => {
    const w = world(pipelineOf(graph(`${tool("a", "true")}; s -> a -> e`)));
    const [first] = w.settle();
    if (first?.kind === "stage") start(w, first);
    const root = folder();
    const [row] = rowsOf(w.state, w.pipeline);
    mkdirSync(join(root, row!.folder!), { recursive: true });
    writeFileSync(join(root, row!.folder!, "stdout.log"), `${"x".repeat(10_000)}\nlast\n`);
    expect(withOutput([row!], root)).toMatchObject({ rows: [{ note: "last" }] });
    expect(withOutput([row!], folder())).toEqual({ rows: [row], newest: null });
  });
});
