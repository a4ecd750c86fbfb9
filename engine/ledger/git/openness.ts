/** The ref that exists while a run is open: a sweep finds the open runs by it, without reading any log. */
import type { RefUpdate } from "../../git/refs.ts";
import type { LedgerEvent } from "../port.ts";

const ENDS: ReadonlySet<string> = new Set(["run_completed", "run_failed", "run_canceled"]);
const OPENS: ReadonlySet<string> = new Set(["run_started", "run_resumed"]);

/** Whether events leave the run open or ended; null: as it was. */
export function openAfter(events: readonly LedgerEvent[]): boolean | null {
  const last = events.findLast(({ event }) => ENDS.has(event) || OPENS.has(event));
  return last ? OPENS.has(last.event) : null;
}

/** What must move together with those events. `now` is what the ref holds. */
export function openUpdate(ref: string, now: string | null, open: boolean, commit: string): RefUpdate[] {
  if (open === (now !== null)) return [];
  return [{ ref, from: now, to: open ? commit : null }];
}
