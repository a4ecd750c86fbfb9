/**
 * A run's state at a snapshot, folded on from the last look and a slice at a time: a log may have many thousands of lines,
 * and the same thread acknowledges webhooks.
 */
import { parseEvent } from "../../engine/core/events.ts";
import { fold } from "../../engine/core/fold.ts";
import { emptyState } from "../../engine/core/scopes.ts";
import type { RunState } from "../../engine/core/state.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import type { LedgerEvent, Snapshot } from "../../engine/ledger/port.ts";
import { inSlices } from "../time-slices.ts";

export type Folded = (pipeline: Pipeline, snapshot: Snapshot) => Promise<RunState>;

interface Kept {
  readonly count: number;
  readonly last: LedgerEvent;
  readonly state: RunState;
}

export function foldIncrementally(): Folded {
  let kept: Kept | null = null;
  return async (pipeline, { events }) => {
    // The ledger hands the same objects out as long as nothing before them changed.
    const known = kept !== null && events[kept.count - 1] === kept.last ? kept : null;
    let state = known ? structuredClone(known.state) : emptyState();
    const from = known?.count ?? 0;
    await inSlices(async ({ due, rest }) => {
      for (const line of events.slice(from)) {
        state = fold(pipeline, state, parseEvent(line));
        if (due()) await rest();
      }
    });
    const last = events.at(-1);
    if (last && events.length > from) kept = { count: events.length, last, state: structuredClone(state) };
    return state;
  };
}
