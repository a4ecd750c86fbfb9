/** A holder's ledger, as the product's coalescing one: what people asked meanwhile is taken in, anything else ends the job. */
import type { RunLog } from "../../engine/drive/log.ts";
import { mayFollow } from "../../engine/ledger/coalescing.ts";
import type { Ledger } from "../../engine/ledger/port.ts";

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
          const now = await ledger.read();
          const ours = events.map(({ event }) => ({ event: String(event) }));
          if (!mayFollow(ours, now.events.slice(length))) return stored;
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
