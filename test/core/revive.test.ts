import { describe, expect, it } from "vitest";
import { lostAttempts } from "../../engine/core/attempt-end.ts";
import { stateFromJson, stateToJson } from "../../engine/core/checkpoint.ts";
import { runningAttempts } from "../../engine/core/effects.ts";
import type { EventBody } from "../../engine/core/events.ts";
import { ended, named, pipelineOf, play, ran, resumeWorld, world } from "./world.ts";

const tool = (id: string) => `${id} [shape=parallelogram, tool_command="true"]`;
const DOT = `digraph g { graph [goal="g"]; start [shape=Mdiamond]; exit [shape=Msquare]
  par [shape=component]; j [shape=tripleoctagon]; ${["a1", "a2", "b1", "b2", "last"].map(tool).join("; ")}
  start -> par; par -> a1 -> a2 -> j; par -> b1 -> b2 -> j; j -> last [condition="outcome=success"]; last -> exit }`;

const STOPS: Record<string, EventBody> = {
  "its driver was lost": {
    event: "run_aborted",
    reason: "gone",
    failure_class: "transient_infra",
    by: "status",
  },
  "somebody stopped it": { event: "cancellation_requested", reason: "enough", by: "tester" },
};

/** Stopped when the node is about to run, then resumed and played to its end. */
function stoppedAt(node: string, stop: EventBody, commits = true) {
  const w = world(pipelineOf(DOT), { base_sha: "base" });
  const outcomes = commits
    ? Object.fromEntries(
        ["a1", "a2", "b1", "b2"].map((id) => [id, [{ status: "success", commit: `c-${id}` }]]),
      )
    : {};
  play(w, {
    outcomes,
    onEffect: (at, effect) => effect.node === node && !at.state.resumes && at.append(stop),
  });
  expect(ended(w)?.event).not.toBe("run_completed");
  w.append({ event: "run_resumed", by: "tester", reopened: true, lost_attempts: 0 });
  return play(w, { outcomes });
}

describe("a run that was stopped inside its branches and resumed", () => {
  it.each(Object.entries(STOPS))("R-CKPT-4: repeats no stage that a branch had completed (%s)", (_, stop) => {
    const w = stoppedAt("a2", stop);
    expect(ended(w)?.event).toBe("run_completed");
    expect(Object.fromEntries(["a1", "a2", "b1", "b2", "last"].map((id) => [id, ran(w, id)]))).toEqual({
      a1: 1,
      a2: 1,
      b1: 1,
      b2: 1,
      last: 1,
    });
    const after = named(w, "branch_completed").filter((event) => event.status === "success");
    expect(after.find((event) => event.result.start_node === "a1")?.result).toMatchObject({
      commit: "c-a2",
      node_visits: { a1: 1, a2: 1 },
    });
  });

  it("R-CKPT-4: goes on with the branches that were open though others had succeeded", () => {
    const w = stoppedAt("b2", STOPS["its driver was lost"]!);
    expect(ended(w)?.event).toBe("run_completed");
    expect(Object.fromEntries(["a1", "a2", "b1", "b2", "last"].map((id) => [id, ran(w, id)]))).toEqual({
      a1: 1,
      a2: 1,
      b1: 1,
      b2: 1,
      last: 1,
    });
    expect(named(w, "fanout_joined").at(-1)?.counts).toMatchObject({ success: 2, canceled: 0 });
  });

  it("R-LIFE-7: every branch that started has one end, before and after", () => {
    const w = stoppedAt("a2", STOPS["its driver was lost"]!);
    expect(named(w, "branch_started").length).toBeLessThanOrEqual(named(w, "branch_completed").length);
    expect(new Set(named(w, "branch_completed").map((event) => event.branch_key)).size).toBe(
      named(w, "branch_completed").length,
    );
    expect(named(w, "fanout_started").length).toBe(named(w, "fanout_joined").length);
  });

  it("R-CKPT-4: work that is in no commit is done again", () => {
    const w = stoppedAt("a2", STOPS["its driver was lost"]!, false);
    expect([ended(w)?.event, ran(w, "a1")]).toEqual(["run_completed", 2]);
  });

  it("R-CKPT-4: a log cut anywhere after the resume goes on the same way, and so does a stored state", () => {
    const whole = stoppedAt("a2", STOPS["its driver was lost"]!);
    const from = whole.log.findIndex(({ event }) => event === "run_resumed") + 1;
    for (let cut = from; cut < whole.log.length; cut++) {
      const again = resumeWorld(whole.pipeline, whole.log.slice(0, cut));
      expect(stateToJson(stateFromJson(stateToJson(again.state)))).toEqual(stateToJson(again.state));
      play(again, {
        outcomes: Object.fromEntries(
          ["a1", "a2", "b1", "b2"].map((id) => [id, [{ status: "success", commit: `c-${id}` }]]),
        ),
      });
      // A start without its end is begun anew; no end comes twice.
      const succeeded = (node: string) =>
        named(again, "stage_attempt_end").filter((end) => end.node_id === node && end.status === "success")
          .length;
      expect([ended(again)?.event, succeeded("a1"), succeeded("last")]).toEqual(["run_completed", 1, 1]);
    }
  });

  it("R-CKPT-4: wherever it is stopped, nested or not, it ends as if it had not been, and commits nothing twice", () => {
    const nested = `digraph g { graph [goal="g"]; start [shape=Mdiamond]; exit [shape=Msquare]
      out [shape=component]; oj [shape=tripleoctagon]; inn [shape=component]; ij [shape=tripleoctagon]
      ${["p", "x1", "x2", "y", "q", "z1", "z2", "last"].map(tool).join("; ")}
      start -> out; out -> p -> inn; inn -> x1 -> x2 -> ij; inn -> y -> ij; ij -> q [condition="outcome=success"]; q -> oj
      out -> z1 -> z2 -> oj; oj -> last [condition="outcome=success"]; last -> exit }`;
    const tools = ["p", "x1", "x2", "y", "q", "z1", "z2", "last"];
    const outcomes = Object.fromEntries(tools.map((id) => [id, [{ status: "success", commit: `c-${id}` }]]));
    const whole = play(world(pipelineOf(nested), { base_sha: "base" }), { outcomes });
    for (let cut = 1; cut < whole.log.length - 1; cut++) {
      const w = resumeWorld(whole.pipeline, whole.log.slice(0, cut));
      // What a driver's death leaves running is ended as lost first.
      for (const event of lostAttempts(w.pipeline, w.state, runningAttempts(w.pipeline, w.state)))
        w.append(event);
      w.append(STOPS["its driver was lost"]!);
      play(w, { outcomes });
      if (ended(w)?.event === "run_completed") continue;
      w.append({ event: "run_resumed", by: "tester", reopened: true, lost_attempts: 0 });
      play(w, { outcomes });
      expect(ended(w)?.event, `cut at ${cut}`).toBe("run_completed");
      const succeeded = (node: string) =>
        named(w, "stage_attempt_end").filter((end) => end.node_id === node && end.status === "success")
          .length;
      expect(Object.fromEntries(tools.map((id) => [id, succeeded(id)])), `cut at ${cut}`).toEqual(
        Object.fromEntries(tools.map((id) => [id, 1])),
      );
    }
  });
});
