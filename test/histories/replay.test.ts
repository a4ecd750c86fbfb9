/** Finished logs of earlier engines: read and decided as they were then, so that a change of meaning is seen. */
import { describe, expect, it } from "vitest";
import { decide } from "../../engine/core/decide.ts";
import type { EventName, RunEvent } from "../../engine/core/events.ts";
import { fold } from "../../engine/core/fold.ts";
import { emptyState } from "../../engine/core/scopes.ts";
import { finalOf } from "../../engine/ledger/projections/final.ts";
import { HISTORIES, history } from "./read.ts";

/** What drivers and people write, whatever the core would decide next. */
const FROM_OUTSIDE = new Set<EventName>([
  "stage_heartbeat",
  "status_ingestion_decision",
  "warning",
  "provider_selected",
  "cancellation_requested",
  "human_gate_answered",
  "run_resumed",
]);

/** What an engine of today writes besides: it moves nothing, and an older log goes on without it. */
const NEWER = new Set<EventName>(["cancellation_exit", "budget_settled"]);
const NEWER_FIELDS = new Set(["branch_logs_root"]);

const bodyOf = ({ seq: _, ts: __, run_id: ___, ...body }: RunEvent) => body;
const asOlder = (value: object): unknown =>
  Object.fromEntries(Object.entries(plain(value) as object).filter(([field]) => !NEWER_FIELDS.has(field)));
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("stored histories", () => {
  it("are there", () => expect(HISTORIES.length).toBeGreaterThanOrEqual(8));

  it.each(HISTORIES)("R-CKPT-9: %s folds to the final it had", (name) => {
    const { pipeline, log, final } = history(name);
    const state = log.reduce((now, event) => fold(pipeline, now, event), emptyState());
    expect(plain(finalOf(state))).toEqual(final);
  });

  it.each(HISTORIES)("R-CKPT-4: %s is decided line by line as it was", (name) => {
    const { pipeline, log } = history(name);
    let state = emptyState();
    let decided = 0;
    for (const event of log) {
      let next = decide(pipeline, state).event;
      while (next !== null && NEWER.has(next.event) && event.event !== next.event) {
        const { seq, ts, run_id } = event;
        state = fold(pipeline, state, { ...next, seq, ts, run_id } as RunEvent);
        next = decide(pipeline, state).event;
      }
      if (next !== null && !FROM_OUTSIDE.has(event.event)) {
        expect(plain(bodyOf(event)), `line ${event.seq}`).toEqual(asOlder(next));
        decided++;
      }
      state = fold(pipeline, state, event);
    }
    expect(decided).toBeGreaterThan(3);
    expect(decide(pipeline, state)).toEqual({ event: null, effects: [] });
  });
});
