/** A manager's coordinator dies before every write that others could see, one after the other. */
import { describe, expect, it } from "vitest";
import { executeCommand } from "../../github/commands/execute.ts";
import { type Scene, scene } from "./support/scene.ts";
import { second } from "./support/second.ts";

const BARE = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  m [shape=house, "stack.child_dotfile"="child.dot"]; start -> m; m -> exit [condition="outcome=success"] }`;
const ONE = `digraph c { graph [goal="c"] start [shape=Mdiamond]; exit [shape=Msquare]
  one [shape=parallelogram, tool_command="x"]; start -> one; one -> exit [condition="outcome=success"] }`;

/** Reads, and objects that no ref names yet: dying before them is dying before the ref moves. */
const SEEN_BY_NOBODY = /^(?:GET|POST \S+\/git\/(?:blobs|trees|commits)$)/;
/** Not worth a second try to anybody: the process is gone. */
const killed = () => Object.assign(new Error("killed"), { status: 401 });

/** Looks at every open run until the run has ended; `hints`: how many look at once. */
async function drive(s: Scene, repository: Awaited<ReturnType<typeof second>>, run: string, hints: number) {
  for (let rounds = 0; rounds < 40; rounds++) {
    for (const id of await repository.openRuns())
      await Promise.all(Array.from({ length: hints }, () => repository.coordinate(id)));
    await s.settle();
    if ((await s.log(run)).at(-1)?.event.startsWith("run_") && (await repository.openRuns()).length === 0)
      return;
  }
  throw new Error(`${run} does not end`);
}

describe("a manager whose coordinator dies", () => {
  it("R-GH-16, R-GH-6: between any two of its writes, or hears everything twice: one child, one hop, one end", async () => {
    const s = await scene(BARE, { child: ONE, started: false });
    for (let killedAt = 0; ; killedAt++) {
      let writes = 0;
      const mortal = await second(s, async (pass, ...given) => {
        if (writes > killedAt) throw killed();
        if (SEEN_BY_NOBODY.test(given[0]) || writes++ < killedAt) return pass(...given);
        throw killed();
      });
      const heir = await second(s, (pass, ...given) => pass(...given));
      const run = `c${killedAt}`;
      await executeCommand(heir, {
        command: { verb: "run", graph: "g.dot", inputs: {} },
        ...{
          pullRequest: s.pull,
          actor: "ada",
          source: "comment" as const,
          commandId: String(killedAt),
          saidAt: null,
          onHead: null,
        },
      });
      await drive(s, mortal, run, 1).catch(() => undefined);
      await drive(s, heir, run, 2);
      const log = await s.log(run);
      const child = await s.log(`${run}-m-v1a1`);
      expect(log.at(-1), run).toMatchObject({ event: "run_completed" });
      expect(
        log.filter((line) => "node_id" in line && line.node_id === "m").map((line) => line.event),
      ).toEqual(["stage_attempt_start", "stage_attempt_end"]);
      expect(child.at(-1), run).toMatchObject({ event: "run_completed" });
      expect(
        child.filter((line) => line.event === "hop_started"),
        run,
      ).toHaveLength(1);
      expect(s.hops.ranIn(`${run}-m-v1a1`), run).toEqual(["one"]);
      if (writes <= killedAt) {
        expect(killedAt).toBeGreaterThan(10);
        return;
      }
    }
  });
});
