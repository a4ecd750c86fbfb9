import { describe, expect, it } from "vitest";
import { reportOf } from "../../engine/report/from-state.ts";
import { overlayOf } from "../../engine/report/model.ts";
import { play, run, type World } from "../core/world.ts";

const GRAPH = `digraph g {
  start [shape=Mdiamond]; exit [shape=Msquare]
  fan [shape=component, join_policy=k_of_n, k=2]; join [shape=tripleoctagon]
  a [shape=parallelogram, tool_command="true"]; b [shape=parallelogram, tool_command="true"]
  start -> fan; fan -> a -> join; fan -> b -> join; join -> exit [condition="outcome=success"]
}`;

const report = (w: World) => reportOf(w.state, w.pipeline, { findings: [], next: [], links: [] });

describe("the report of a run that was resumed", () => {
  it("shows each branch once, as it stands now: what failed before and succeeded since is a success", () => {
    const failed = run(GRAPH, { outcomes: { b: ["fail: no disk"] } });
    expect(report(failed).branches.map((row) => row.state)).toEqual(["success", "fail"]);
    failed.append({ event: "run_resumed", by: "ada", reopened: true, lost_attempts: 0 });
    const again = report(play(failed));
    expect(again.status).toBe("success");
    expect(again.branches.map((row) => [row.key, row.state])).toEqual([
      ["fan/v2/01-a", "success"],
      ["fan/v2/02-b", "success"],
    ]);
    expect(again.stages.filter((row) => row.branchKey).map((row) => row.id)).toEqual(["a", "b"]);
    expect(overlayOf(again).nodes.find((node) => node.id === "b")?.state).toBe("success");
  });

  it("keeps why it had ended, in the words of then, and who resumed it", () => {
    const failed = run(GRAPH, { outcomes: { b: ["fail: no disk"] } });
    const said = (w: World) =>
      reportOf(w.state, w.pipeline, { findings: [], next: [], links: [], events: w.log });
    expect(said(failed).earlier).toEqual([]);
    failed.append({ event: "run_resumed", by: "ada", reopened: true, lost_attempts: 0 });
    const going = said(failed);
    expect(going.earlier).toMatchObject([
      { status: "fail", sentence: "b failed: no disk", resumedBy: "ada" },
    ]);
    expect(going.earlier[0]!.at).toBe(failed.log.findLast(({ event }) => event === "run_failed")!.ts);
    expect(said(play(failed)).earlier).toEqual(going.earlier);
  });
});
