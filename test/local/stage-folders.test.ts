/** The stage folders that a log names: the run's own, or the run is not read any further (R-CKPT-5). */
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { here } from "./here.ts";
import { folder, graph, ran, tool } from "./world.ts";

const TWICE = graph(
  `${tool("a", "true")}; ${tool("b", "exit 1")}; s -> a -> b -> e [condition="outcome=success"]`,
);

async function failed(): Promise<string> {
  const { root } = await ran(TWICE);
  return root;
}

it.each(["/etc", "../elsewhere", "a/../../elsewhere"])(
  "R-CKPT-5: status, resume, fork and a drawing refuse %s, and name its line",
  async (path) => {
    const root = await failed();
    const log = join(root, "progress.ndjson");
    const lines = readFileSync(log, "utf8").split("\n");
    const at = lines.findIndex((line) => line.includes('"stage_dir":"a/v1-a1"'));
    const changed = lines.map((line, n) =>
      n === at ? line.replace('"a/v1-a1"', JSON.stringify(path)) : line,
    );
    writeFileSync(log, changed.join("\n"));
    for (const args of [
      ["status", root],
      ["resume", root],
      ["fork", root, "b@1"],
    ]) {
      const { code, err } = await here(...args);
      expect(code, args[0]).not.toBe(0);
      expect(err, args[0]).toContain(`progress.ndjson line ${at + 1} names a stage folder`);
      expect(err, args[0]).toContain(JSON.stringify(path));
    }
  },
);

it("R-CKPT-5: a link in a stage folder's place that leads out is refused; a moved run folder is not", async () => {
  const root = await failed();
  const moved = join(folder(), "moved");
  cpSync(root, moved, { recursive: true, verbatimSymlinks: true });
  rmSync(join(moved, "worktree"), { recursive: true, force: true });
  expect((await here("status", moved)).out).toContain("b");
  const outside = folder();
  mkdirSync(join(outside, "v1-a1"));
  renameSync(join(root, "a"), join(root, "a.before"));
  symlinkSync(outside, join(root, "a"));
  const { err } = await here("status", root);
  expect(err).toContain("names a stage folder that is not the run's");
});
