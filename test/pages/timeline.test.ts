import { describe, expect, it } from "vitest";
import type { EventBody, RunEvent } from "../../engine/core/events.ts";
import { timeScale } from "../../engine/report/html/time-scale.ts";
import { timelineOf } from "../../engine/report/html/timeline-rows.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const at = (seconds: number, event: EventBody): RunEvent => ({
  seq: 1,
  run_id: "r1",
  ts: new Date(START + seconds * 1000).toISOString(),
  ...event,
});
const stage = { visit: 1, attempt: 1, max: 1, handler: "tool" };
const begun = (node_id: string, more = {}): EventBody => ({
  event: "stage_attempt_start",
  node_id,
  ...stage,
  ...more,
});
const over = (node_id: string, seconds: number, more = {}): EventBody => ({
  event: "stage_attempt_end",
  node_id,
  ...stage,
  status: "success",
  duration_ms: seconds * 1000,
  ...more,
});
const seconds = (ms: number): number => (ms - START) / 1000;

describe("the timeline of a run", () => {
  it("has a row per stage and a bar per attempt, with how it ended", () => {
    const rows = timelineOf(
      [
        at(0, begun("build")),
        at(4, over("build", 4, { status: "fail" })),
        at(6, begun("build", { attempt: 2 })),
        at(9, over("build", 3, { attempt: 2 })),
      ],
      START + 60_000,
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.bars.map(({ from, to, state }) => [seconds(from), seconds(to), state])).toEqual([
      [0, 4, "fail"],
      [6, 9, "success"],
    ]);
  });

  it("draws what still runs up to now, and nothing as running after the end", () => {
    const running = [at(0, begun("build"))];
    expect(timelineOf(running, START + 5000)[0]?.bars).toMatchObject([
      { state: "running", to: START + 5000 },
    ]);
    const ended = [...running, at(2, { event: "run_canceled", status: "canceled", reason: "stopped" })];
    expect(timelineOf(ended, START + 5000)[0]?.bars).toEqual([]);
  });

  it("shows how long a person was waited for", () => {
    const rows = timelineOf(
      [
        at(1, {
          event: "human_gate_waiting",
          node_id: "ok",
          visit: 1,
          gate: "ok/1",
          question: "ok?",
          options: [],
          freeform: true,
          timeout_ms: 1000,
        }),
        at(8, {
          event: "human_gate_answered",
          node_id: "ok",
          visit: 1,
          gate: "ok/1",
          text: "yes",
          by: "ada",
          source: "comment",
        }),
      ],
      START + 60_000,
    );
    expect(rows[0]?.bars).toMatchObject([{ state: "waiting", from: START + 1000, to: START + 8000 }]);
  });

  it("puts the stages of a branch one after the other though their events came at once", () => {
    const branch_key = "fan/v1/01-a";
    const rows = timelineOf(
      [
        at(20, begun("a", { branch_key })),
        at(20, over("a", 5, { branch_key })),
        at(20, begun("b", { branch_key })),
        at(20, over("b", 3, { branch_key })),
      ],
      START + 60_000,
    );
    expect(rows.map((row) => row.bars.map(({ from, to }) => [seconds(from), seconds(to)]))).toEqual([
      [[12, 17]],
      [[17, 20]],
    ]);
  });
});

describe("the scale of the timeline", () => {
  it("shows an idle night shorter than the work around it, and places in order", () => {
    const night = 10 * 3_600_000;
    const whole = { from: 0, to: 20_000 + night };
    const scale = timeScale(
      [
        { from: 0, to: 10_000 },
        { from: 10_000 + night, to: 20_000 + night },
      ],
      whole,
    );
    expect(scale.place(0)).toBe(0);
    expect(scale.place(whole.to)).toBe(1);
    expect(scale.place(10_000)).toBeGreaterThan(0.4);
    expect(scale.cuts).toHaveLength(1);
    expect(scale.cuts[0]!.to - scale.cuts[0]!.from).toBeLessThan(0.2);
  });

  it("is straight when something ran all the time", () => {
    const scale = timeScale([{ from: 0, to: 100 }], { from: 0, to: 100 });
    expect([0, 25, 50, 100].map((each) => scale.place(each))).toEqual([0, 0.25, 0.5, 1]);
    expect(scale.cuts).toEqual([]);
  });
});
