import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../engine/core/events.ts";
import { scene } from "./support/scene.ts";

const THREE = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  first [shape=parallelogram, tool_command="x"]; second [shape=parallelogram, tool_command="x"]
  third [shape=parallelogram, tool_command="x"]
  start -> first -> second -> third -> exit }`;

const endsOf = (log: readonly RunEvent[]): string[] =>
  log.flatMap((event) => (event.event === "stage_attempt_end" ? [event.node_id] : []));

describe("forking a run on a pull request", () => {
  it("R-GH-4: keeps what came before the visit, runs the rest anew as a run of its own, once, and leaves the other as it was", async () => {
    const s = await scene(THREE);
    const old = `c${await s.comment("/attractor run g.dot")}`;
    await s.settle();
    const before = await s.log(old);
    s.box.faults.webhooks.duplicate = 1;
    const run = `c${await s.comment("/attractor fork second@1")}`;
    await s.settle();
    expect(s.failures).toEqual([]);
    expect(s.replies()).toEqual([]);
    expect(await s.log(old)).toEqual(before);
    const log = await s.log(run);
    expect(log[0]).toMatchObject({
      event: "run_started",
      run_id: run,
      run_branch: `attractor/run/${run}`,
      forked_from: { run_id: old, at: "second@1" },
      github: { command_id: run.slice(1), pull_request: 1 },
    });
    expect(endsOf(log)).toEqual(["start", "first", "second", "third", "exit"]);
    expect(s.hops.ranIn(run)).toEqual(["second", "third"]);
    expect(log.filter((event) => event.event === "hop_started")).toMatchObject([{ hop: 1, epoch: 1 }]);
    expect(log.at(-1)).toMatchObject({ event: "run_completed" });
    expect(s.sticky(run)).toContain("succeeded");
    s.box.assertClean();
  });

  it("R-GH-13: says which visits there are, and begins nothing for one that never was", async () => {
    const s = await scene(THREE);
    await s.comment("/attractor run g.dot");
    await s.settle();
    await s.comment("/attractor fork second@4");
    await s.settle();
    await s.comment("/attractor fork nobody@1");
    await s.settle();
    expect(s.replies()).toEqual([
      expect.stringContaining("the run has visits 1 of second, not 4"),
      expect.stringContaining("the run never came to nobody"),
    ]);
    const hops = [...s.repository.runs.values()].filter(({ title }) => !title.includes("hop final"));
    expect(hops).toHaveLength(1);
    s.box.assertClean();
  });
});
