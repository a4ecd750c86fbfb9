import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stateFromJson, stateToJson } from "../../engine/core/checkpoint.ts";
import { decide } from "../../engine/core/decide.ts";
import { type EventBody, parseEvent, type RunEvent } from "../../engine/core/events.ts";
import { fold } from "../../engine/core/fold.ts";
import { emptyState } from "../../engine/core/scopes.ts";
import { findingsOf } from "../../engine/diagnose/findings-of.ts";
import { checkpointOf } from "../../engine/ledger/projections/checkpoint.ts";
import { liveOf } from "../../engine/ledger/projections/live.ts";
import { reportOf } from "../../engine/report/from-state.ts";
import { renderMarkdown } from "../../engine/report/markdown.ts";
import { storyLine } from "../../engine/report/story.ts";
import { named, resumeWorld, run } from "../core/world.ts";

const honest = run(
  `digraph g { goal="g"
    start [shape=Mdiamond]; exit [shape=Msquare]; a [shape=box, prompt="x"]; ask [shape=hexagon]
    par [shape=component]; join [shape=tripleoctagon]; b [shape=box, prompt="y"]; c [shape=box, prompt="z"]
    start -> a -> ask; ask -> par [label="Yes"]; ask -> exit [label="No"]
    par -> b -> join; par -> c -> join; join -> exit }`,
  { answers: { ask: "Yes" }, outcomes: { b: ["fail: boom"] } },
);
const { pipeline } = honest;
const MOST_STEPS = 200;

const nasty = fc.oneof(
  fc.constantFrom(1e308, -1, 0, 0.5, Number.MAX_SAFE_INTEGER, 1e15),
  fc.constantFrom(
    "",
    "__proto__",
    "constructor",
    "\0",
    "::error::x",
    "../../x",
    "<script>",
    "x".repeat(100_000),
  ),
  fc.constantFrom("0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
  fc.constantFrom(null, [], {}, { __proto__: 1 }, [[[]]]),
);

/** One line changed, perhaps one lost, perhaps one twice: what no honest writer leaves. */
const damage = fc.record({
  line: fc.nat(),
  field: fc.nat(),
  value: nasty,
  lose: fc.option(fc.nat(), { nil: null }),
  again: fc.option(fc.nat(), { nil: null }),
  upTo: fc.nat(),
});

function damaged(d: typeof damage extends fc.Arbitrary<infer D> ? D : never): unknown[] {
  const log: Record<string, unknown>[] = honest.log.map((event) => ({ ...event }));
  const line = log[1 + (d.line % (log.length - 1))]!;
  const fields = Object.keys(line).filter((name) => !["seq", "run_id", "event"].includes(name));
  line[fields[d.field % fields.length]!] = d.value;
  if (d.lose !== null) log.splice(1 + (d.lose % (log.length - 1)), 1);
  if (d.again !== null) log.splice(1 + (d.again % log.length), 0, log[d.again % log.length]!);
  return log.slice(0, 2 + (d.upTo % log.length));
}

function readable(line: unknown): RunEvent | null {
  try {
    return parseEvent(JSON.parse(JSON.stringify(line)));
  } catch {
    return null;
  }
}

describe("a log that no honest writer left", () => {
  it("R-LIFE-8: is refused line by line or read to its end; nothing throws, nothing goes on for ever", () => {
    fc.assert(
      fc.property(damage, (d) => {
        let state = emptyState();
        const lines = damaged(d);
        for (const line of lines) {
          const event = readable(line);
          if (event === null) continue;
          storyLine(event);
          state = fold(pipeline, state, event);
        }
        for (let step = 0; state.started && step <= MOST_STEPS; step++) {
          const { event } = decide(pipeline, state);
          if (event === null) break;
          expect(step, `it decides ${event.event} again and again`).toBeLessThan(MOST_STEPS);
          const line = {
            seq: 1_000 + step,
            ts: new Date(1.8e12 + step).toISOString(),
            run_id: "r1",
            ...event,
          };
          state = fold(pipeline, state, parseEvent(JSON.parse(JSON.stringify(line))));
        }
        if (!state.started) return;
        stateFromJson(JSON.parse(JSON.stringify(stateToJson(state))));
        const report = reportOf(state, pipeline, { findings: findingsOf(lines), next: [], links: [] });
        renderMarkdown(report, (text) => text, 60_000);
        liveOf(state);
        checkpointOf(state);
      }),
      { numRuns: 400 },
    );
  });

  it("R-FAN-9: a branch that nobody waits for ends once", () => {
    const started = named(honest, "fanout_started")[0]!.seq;
    const orphan = honest.log.filter((event) => event.seq <= started + 1);
    const w = resumeWorld(pipeline, orphan);
    w.append({
      ...({ event: "stage_attempt_end", node_id: "par", visit: 1, attempt: 1, max: 1 } as const),
      ...{ handler: "parallel", status: "success", duration_ms: 0 },
    } as EventBody);
    w.append({ event: "cancellation_requested", reason: "enough", by: "ada" });
    w.settle();
    expect(named(w, "branch_completed").length).toBeLessThan(3);
    expect(w.state.ended?.event).toBe("run_canceled");
  });

  it("R-FAN-9: branches that are not below their fan-out, or stand twice, are none", () => {
    const fan = named(honest, "fanout_started")[0]!;
    const w = resumeWorld(
      pipeline,
      honest.log.filter((event) => event.seq < fan.seq),
    );
    const { seq: _s, ts: _t, run_id: _r, ...body } = fan;
    const [first] = fan.branches;
    w.append({
      ...body,
      branches: [first!, first!, { ...first!, key: "elsewhere" }, { ...first!, key: "x/v1/01-a/y/v1/01-b" }],
    });
    w.append({ event: "cancellation_requested", reason: "enough", by: "ada" });
    w.settle();
    expect(named(w, "branch_completed").map((event) => event.branch_key)).toEqual([first!.key]);
  });
});
