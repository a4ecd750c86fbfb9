import { describe, expect, it } from "vitest";
import { mayAppend } from "../../engine/core/authority.ts";
import type { EventBody, RunEvent } from "../../engine/core/events.ts";
import { retrace } from "../../engine/core/retrace.ts";
import { type Play, pipelineOf, resumeWorld, run } from "./world.ts";

const GRAPH = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  build [shape=parallelogram, tool_command="make", max_retries=1]; check [shape=diamond]
  ship [shape=parallelogram, tool_command="ship"]; fix [shape=parallelogram, tool_command="fix"]
  start -> build; build -> check; check -> ship [condition="outcome=success"]
  check -> fix [condition="outcome=fail"]; fix -> build; ship -> exit }`;

/** The log after its first line, as far as a trunk job may write it. */
function trunkLog(script: Play = {}) {
  const { log } = run(GRAPH, script);
  const end = log.findIndex((event, n) => n > 0 && !mayAppend("trunk", event as EventBody));
  return { first: log.slice(0, 1), rest: log.slice(1, end) };
}

const FAILS_ONCE: Play = { outcomes: { build: ["fail: broken", "fail: broken", "success"] } };

function traced(change: (lines: RunEvent[]) => RunEvent[], script: Play = FAILS_ONCE) {
  const { first, rest } = trunkLog(script);
  return retrace(pipelineOf(GRAPH), resumeWorld(pipelineOf(GRAPH), first).state, change(rest));
}

const edit =
  (which: (event: RunEvent) => boolean, more: object) =>
  (lines: RunEvent[]): RunEvent[] => {
    const at = lines.findIndex(which);
    expect(at).toBeGreaterThan(-1);
    return lines.map((line, n) => (n === at ? ({ ...line, ...more } as RunEvent) : line));
  };

describe("a trunk's log that somebody else wrote", () => {
  it("is taken whole when every decision in it follows: retries, a loop and a condition included", () => {
    const { rest } = trunkLog(FAILS_ONCE);
    expect(rest.filter(({ event }) => event === "edge_selected").length).toBeGreaterThan(4);
    const { events, problem } = traced((lines) => lines);
    expect(problem).toBeNull();
    expect(events).toHaveLength(rest.length);
  });

  it("takes notes of a stage between decisions", () => {
    const note = { event: "warning", code: "x", message: "y" };
    const { problem } = traced((lines) => [
      lines[0]!,
      Object.assign({}, lines[0]!, note) as RunEvent,
      ...lines.slice(1),
    ]);
    expect(problem).toBeNull();
  });

  it.each<[string, (lines: RunEvent[]) => RunEvent[], RegExp]>([
    [
      "an edge that is not the one to take",
      edit((e) => e.event === "edge_selected" && e.to_node === "fix", { to_node: "ship" }),
      /edge_selected/,
    ],
    [
      "a stage that is not due",
      edit((e) => e.event === "stage_attempt_start" && e.node_id === "build", { node_id: "ship" }),
      /stage_attempt_start of ship/,
    ],
    [
      "the end of an attempt that does not run",
      edit((e) => e.event === "stage_attempt_end" && e.node_id === "build", { attempt: 7 }),
      /stage_attempt_end of build/,
    ],
    [
      "a retry more than there are",
      edit((e) => e.event === "retry_decision" && !e.will_retry, { will_retry: true }),
      /retry_decision of build/,
    ],
    [
      "a decision left out",
      (lines) => lines.filter((e) => e.event !== "edge_selected"),
      /stage_attempt_start/,
    ],
    [
      "a branch's event",
      (lines) => [{ ...lines[0]!, event: "warning", branch_key: "b", code: "x", message: "y" } as RunEvent],
      /warning/,
    ],
    [
      "a branch's cancellation",
      (lines) => [
        { ...lines[0]!, event: "cancellation_requested", branches: ["b"], reason: "x", by: "y" } as RunEvent,
      ],
      /cancellation_requested/,
    ],
    [
      "the end of the run",
      (lines) => [{ ...lines[0]!, event: "run_completed" } as RunEvent],
      /run_completed/,
    ],
    [
      "another hop's plan",
      (lines) => [
        {
          ...lines[0]!,
          event: "hop_planned",
          hop: 9,
          epoch: 9,
          plan: { kind: "trunk" },
          why: "",
        } as RunEvent,
      ],
      /hop_planned/,
    ],
    [
      "an answer of a person",
      (lines) => [
        { ...lines[0]!, event: "human_gate_answered", node_id: "g", gate: "g/1", by: "me" } as RunEvent,
      ],
      /human_gate_answered/,
    ],
  ])("stops at %s", (_what, change, named) => {
    const { problem, events } = traced(change);
    expect(problem).toMatch(named);
    expect(events.length).toBeLessThan(trunkLog(FAILS_ONCE).rest.length);
  });
});

const MANAGED = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  build [shape=parallelogram, tool_command="make"]; m [shape=house, "stack.child_dotfile"="child.dot"]
  start -> build -> m; m -> exit [condition="outcome=success"] }`;

describe("a trunk's log with a manager in it", () => {
  const { log } = run(MANAGED, {});
  const at = log.findIndex((line) => line.event === "stage_attempt_start" && line.node_id === "m");
  const from = () => resumeWorld(pipelineOf(MANAGED), log.slice(0, 1)).state;

  it("R-GH-16: is taken up to the manager, which no job runs", () => {
    expect(at).toBeGreaterThan(0);
    const before = log.slice(1, at);
    expect(retrace(pipelineOf(MANAGED), from(), before)).toMatchObject({ problem: null });
    const { events, problem } = retrace(pipelineOf(MANAGED), from(), log.slice(1));
    expect(events).toHaveLength(before.length);
    expect(problem).toMatch(/stage_attempt_start of m/);
  });

  it("R-GH-16: does not pass it off as another kind of stage", () => {
    const lie = log.slice(1).map((line) => (line === log[at] ? { ...line, handler: "tool" } : line));
    expect(retrace(pipelineOf(MANAGED), from(), lie as RunEvent[]).problem).toMatch(
      /stage_attempt_start of m/,
    );
  });
});
