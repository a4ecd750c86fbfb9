/** The run as its driver holds it: folded at once, durable at the next flush, in one order. */

import type { Clock } from "../clock.ts";
import { type EventBody, parseEvent, type RunEvent } from "../core/events.ts";
import { fold } from "../core/fold.ts";
import { fitting } from "../core/line-limit.ts";
import { emptyState } from "../core/scopes.ts";
import type { RunState } from "../core/state.ts";
import type { Pipeline } from "../graph/pipeline.ts";
import { type Ledger, LedgerError, type NewEvent, type Snapshot, type Tip } from "../ledger/port.ts";

/** Raised when somebody else wrote first: nothing of ours was stored; read again and decide again. */
export class MovedError extends LedgerError {
  constructor(runId: string) {
    super(
      "second_writer",
      `somebody else wrote to run ${runId} while this process drives it`,
      "let one process drive a run; this one stops here, the other goes on",
    );
  }
}

export type Watcher = (event: RunEvent, state: RunState, pipeline: Pipeline) => void;

export interface RunLog {
  readonly pipeline: Pipeline;
  readonly state: RunState;
  /** Where the ledger stood at the last read or flush. */
  readonly tip: Tip;
  /** Folds now; the ledger has it after the next flush. Nothing may be done on its strength before that. */
  push(body: EventBody): RunEvent;
  flush(): Promise<void>;
  /** Work beside which nothing is written: what it sees in the ledger is what the ledger keeps. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  /** Others wrote, and what this driver wrote stands behind it: folds again from there. Only within `exclusive`. */
  rebase(now: Snapshot): void;
  /** Whether something awaits the next flush. */
  readonly dirty: boolean;
}

export interface OpenLog {
  readonly pipeline: Pipeline;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly watch?: Watcher;
  /** Where folding starts: a leg begins from its trunk's state, everybody else from nothing. */
  readonly from?: RunState;
  /** How many of the snapshot's events are in `from` already. */
  readonly folded?: number;
}

export function openLog(
  { pipeline, ledger, clock, watch, from, folded = 0 }: OpenLog,
  snapshot: Snapshot,
): RunLog {
  let state = from ?? emptyState();
  let seq = 0;
  let lastTs = 0;
  const take = (events: Snapshot["events"]) => {
    for (const line of events) {
      const event = parseEvent(line);
      state = fold(pipeline, state, event);
      seq = event.seq;
      lastTs = Date.parse(event.ts);
    }
  };
  const before = snapshot.events[folded - 1];
  if (before) {
    seq = before.seq;
    lastTs = Date.parse(before.ts);
  }
  take(snapshot.events.slice(folded));
  let tip: Tip = snapshot.tip;
  let pending: NewEvent[] = [];
  let flushing: Promise<void> = Promise.resolve();

  const write = async (lines: NewEvent[]) => {
    if (lines.length === 0) return;
    const result = await ledger.append(tip, lines);
    if (!result.ok) throw new MovedError(ledger.runId);
    tip = result.tip;
  };

  return {
    pipeline,
    get state() {
      return state;
    },
    get tip() {
      return tip;
    },
    get dirty() {
      return pending.length > 0;
    },
    push(given) {
      const body = fitting(given);
      lastTs = Math.max(lastTs, clock.now());
      seq++;
      const ts = new Date(lastTs).toISOString();
      pending.push({ ts, ...body });
      const event: RunEvent = { seq, ts, run_id: ledger.runId, ...body };
      state = fold(pipeline, state, event);
      watch?.(event, state, pipeline);
      return event;
    },
    flush() {
      // Taken when their turn comes: until then `rebase` folds them too.
      if (pending.length > 0)
        flushing = flushing.then(() => {
          const lines = pending;
          pending = [];
          return write(lines);
        });
      return flushing;
    },
    exclusive(work) {
      const done = flushing.then(work);
      flushing = done.then(() => undefined);
      // Whoever flushes next is told too; until then it is nobody's unhandled failure.
      flushing.catch(() => undefined);
      return done;
    },
    rebase(now) {
      state = emptyState();
      take(now.events);
      tip = now.tip;
      for (const { ts, ...body } of pending) {
        seq++;
        state = fold(pipeline, state, { seq, ts, run_id: ledger.runId, ...body } as RunEvent);
      }
    },
  };
}
