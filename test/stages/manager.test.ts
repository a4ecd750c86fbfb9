import { describe, expect, it } from "vitest";
import { foldAll } from "../../engine/core/fold.ts";
import { classify } from "../../engine/failure/classify.ts";
import type { Stage } from "../../engine/graph/pipeline.ts";
import {
  type ChildSeen,
  childPath,
  outcomeOf,
  verdictOn,
  type Watched,
} from "../../engine/stages/manager.ts";
import { pipelineOf, run } from "../core/world.ts";

const CHILD = `digraph c { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  inner [shape=parallelogram, tool_command="x"]; start -> inner; inner -> exit [condition="outcome=success"] }`;
const manager = (attributes: string): Stage =>
  pipelineOf(`digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
    m [shape=house${attributes}]; start -> m -> exit }`).stages.get("m")!;
const spec = (attributes = "") => manager(`, "stack.child_dotfile"="child.dot"${attributes}`).manager!;

/** The child after as many of its lines as make the last one that kind of event. */
function child(until: string, says: "success" | "fail: broken" = "success"): ChildSeen {
  const { log } = run(CHILD, { outcomes: { inner: [says] } });
  const count = log.findIndex((line) => line.event === until) + 1;
  expect(count).toBeGreaterThan(0);
  const state = foldAll(pipelineOf(CHILD), log.slice(0, count));
  return { state, over: state.ended !== null, problem: null };
}

const seen = (more: Partial<Watched> = {}): Watched => ({
  context: new Map(),
  cycle: 1,
  timeoutMs: null,
  leftMs: Number.POSITIVE_INFINITY,
  canceled: null,
  ...more,
});

describe("what a manager makes of its child", () => {
  it("R-GH-16: a child that goes on is looked at again; one that completed is success", () => {
    expect(verdictOn(spec(), child("stage_attempt_start"), seen())).toBeNull();
    expect(verdictOn(spec(), child("run_completed"), seen())).toMatchObject({
      status: "success",
      why: "Child completed",
    });
  });

  it("R-GH-16: a child that failed gives its own cause, and what is known of it", () => {
    const failed = child("run_failed", "fail: broken");
    const verdict = verdictOn(spec(), failed, seen())!;
    expect(verdict).toMatchObject({ status: "fail", why: expect.stringMatching(/^Child failed: .*broken/) });
    expect(outcomeOf(verdict, failed).context_updates).toMatchObject({
      "stack.child.status": "failed",
      "stack.child.outcome": "fail",
      "stack.child.failure_reason": expect.stringContaining("broken"),
    });
  });

  it("R-FAIL-4: a child that somebody canceled has failed its manager, which nobody canceled", () => {
    const going = child("stage_attempt_start").state!;
    const event = { event: "run_canceled", status: "canceled", reason: "canceled by user ann" } as const;
    const ended = { ...going, ended: event };
    const verdict = verdictOn(spec(), { state: ended, over: true, problem: null }, seen())!;
    expect(verdict).toEqual({ status: "fail", why: "Child failed: canceled by user ann", evidence: {} });
    expect(classify({ status: "fail", reason: verdict.why, evidence: verdict.evidence }).class).toBe(
      "deterministic",
    );
  });

  it("a child that could not be driven says why", () => {
    const lost: ChildSeen = { state: null, over: true, problem: "no such graph" };
    expect(verdictOn(spec(), lost, seen())?.why).toBe("Child failed: no such graph");
  });

  it("the stop condition sees the manager's context and the child's", () => {
    const when = (condition: string) => spec(`, "manager.stop_condition"="${condition}"`);
    const going = child("edge_selected");
    const inner = when("context.stack.child.active_stage=inner");
    expect(verdictOn(inner, going, seen())).toMatchObject({ why: "Stop condition satisfied" });
    expect(verdictOn(inner, child("run_started"), seen())).toBeNull();
    const own = seen({ context: new Map([["color", "red"]]) });
    expect(verdictOn(when("context.color=red"), going, own)?.status).toBe("success");
    expect(verdictOn(when("context.color=blue"), going, own)).toBeNull();
  });

  it("cycles, time and a cancellation end it", () => {
    const going = child("stage_attempt_start");
    const bounded = spec(', "manager.max_cycles"=3');
    expect(verdictOn(bounded, going, seen({ cycle: 3 }))).toBeNull();
    expect(verdictOn(bounded, going, seen({ cycle: 4 }))?.why).toBe("Max cycles exceeded (3)");
    expect(verdictOn(spec(), going, seen({ timeoutMs: 400, leftMs: 0 }))).toEqual({
      status: "fail",
      why: "timed out after 400 ms",
      evidence: { timed_out: true },
    });
    expect(verdictOn(spec(), going, seen({ canceled: "enough" }))).toEqual({
      status: "fail",
      why: "canceled: enough",
      evidence: { canceled: true },
    });
  });

  it("a manager without a child's graph is told to name one", () => {
    const stage = manager(', "stack.child_dotfile"="c.dot"');
    const bare = { ...stage, manager: { ...stage.manager!, childDotfile: null } };
    expect(childPath(bare)).toEqual({ ok: false, why: "m manages no child: set stack.child_dotfile" });
  });

  it.each([
    [', "stack.child_dotfile"="../c.dot"', 'stack.child_dotfile "../c.dot" leads out of the worktree'],
    [
      ', "stack.child_dotfile"="a/../../c.dot"',
      'stack.child_dotfile "a/../../c.dot" leads out of the worktree',
    ],
    [', "stack.child_dotfile"="/c.dot"', 'stack.child_dotfile "/c.dot" leads out of the worktree'],
  ])("a child at %j is refused", (attributes, why) => {
    expect(childPath(manager(attributes))).toEqual({ ok: false, why });
  });
});
