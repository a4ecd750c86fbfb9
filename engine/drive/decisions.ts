/** What follows from a log, one decision after the other, for every driver: recorded by whoever asks, before it asks on. */
import { decide } from "../core/decide.ts";
import type { Effect } from "../core/effects.ts";
import type { EventBody } from "../core/events.ts";
import type { RunLog } from "./log.ts";

export interface DecisionPorts {
  /** False for a decision that another driver takes: this one stops before it. */
  readonly may?: (event: EventBody) => boolean;
  /** Only this scope and those below it. */
  readonly focus?: string;
}

export interface Decided {
  /** The decision that is another driver's. */
  readonly held: EventBody | null;
  /** What is to be done, once nothing is to be decided. */
  readonly effects: readonly Effect[];
}

/** Yields each event that is to be recorded; what is recorded for it may say more. */
export function* decisions(
  log: RunLog,
  { may, focus }: DecisionPorts,
): Generator<EventBody, Decided, undefined> {
  for (;;) {
    const { event, effects } = decide(log.pipeline, log.state, focus);
    if (event === null) return { held: null, effects };
    if (may?.(event) === false) return { held: event, effects: [] };
    yield event;
  }
}

/** All of them, recorded as they are. */
export function recordDecisions(log: RunLog, ports: DecisionPorts): Decided {
  const taken = decisions(log, ports);
  for (let next = taken.next(); ; next = taken.next()) {
    if (next.done) return next.value;
    log.push(next.value);
  }
}
