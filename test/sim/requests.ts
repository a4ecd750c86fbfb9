/** A holder's ledger, as the product's coalescing one: what people asked meanwhile is taken in, anything else ends the job. */
import type { RunLog } from "../../engine/drive/log.ts";
import type { Ledger } from "../../engine/ledger/port.ts";

/** What anybody may append while a job holds the hop. */
const REQUESTS: ReadonlySet<string> = new Set([
  "cancellation_requested",
  "human_gate_answered",
  "run_resumed",
]);
/** Decisions that a request could have changed. */
const DECISIONS: ReadonlySet<string> = new Set([
  "hop_planned",
  "hop_settled",
  "run_completed",
  "run_failed",
  "run_canceled",
]);

const MOST_TRIES = 20;

export interface TakingRequests {
  readonly ledger: Ledger;
  /** Whether there were any; the log stands behind them then. */
  takeIn(log: RunLog): Promise<boolean>;
}

/** `known`: how many events the holder's log begins with. */
export function takingRequests(ledger: Ledger, known: number): TakingRequests {
  let length = known;
  let learned = false;
  return {
    ledger: {
      ...ledger,
      async append(tip, events) {
        let stored = await ledger.append(tip, events);
        for (let tries = 0; !stored.ok && tries < MOST_TRIES; tries++) {
          if (events.some(({ event }) => DECISIONS.has(String(event)))) return stored;
          const now = await ledger.read();
          const foreign = now.events.slice(length);
          if (!foreign.every(({ event }) => REQUESTS.has(event))) return stored;
          stored = await ledger.append(now.tip, events);
          if (stored.ok) length = now.events.length;
          learned = true;
        }
        length += events.length;
        return stored;
      },
    },
    async takeIn(log) {
      if (!learned) return false;
      learned = false;
      await log.exclusive(async () => log.rebase(await ledger.read()));
      return true;
    },
  };
}
