/**
 * The ref that exists while a run is open: a sweep finds the open runs by it, without reading any log. A run that a pull
 * request shows, or that the app decides, keeps it past its end, until whoever tells the end takes it away: an end that a
 * dying coordinator left untold is found like an open run.
 */
import { RUN_ENDS } from "../../core/run-ends.ts";
import type { RefUpdate } from "../../git/refs.ts";
import type { LedgerEvent } from "../port.ts";

const OPENS: ReadonlySet<string> = new Set(["run_started", "run_resumed"]);

/** Whether events leave the ref standing; null: as it was. `first` is the log's first event. */
export function openAfter(events: readonly LedgerEvent[], first: LedgerEvent | undefined): boolean | null {
  const last = events.findLast(({ event }) => RUN_ENDS.has(event) || OPENS.has(event));
  if (!last) return null;
  if (OPENS.has(last.event)) return true;
  return outlivesItsEnd(first ?? {}) ? null : false;
}

/** By the run's first event. */
export function outlivesItsEnd(started: object): boolean {
  const { coordinator, github } = started as {
    coordinator?: unknown;
    github?: { pull_request?: unknown } | null;
  };
  if (coordinator === "app") return true;
  return typeof github === "object" && github !== null && github.pull_request !== undefined;
}

/** What must move together with those events. `now` is what the ref holds. */
export function openUpdate(ref: string, now: string | null, open: boolean, commit: string): RefUpdate[] {
  if (open === (now !== null)) return [];
  return [{ ref, from: now, to: open ? commit : null }];
}
