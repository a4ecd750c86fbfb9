/** Cancellation as a tree: the run, a branch, everything below it (R-FAN-3). */
import { parentKey } from "./fold/fan.ts";
import type { RunState, Scope } from "./state.ts";

export interface Stopping {
  readonly reason: string;
  /** The run itself stops, not only this branch. */
  readonly run: boolean;
  /** The watchdog saw no progress: what it ends is out of time, not canceled. `failed`: the run cannot go on. */
  readonly kind: "canceled" | "stalled" | "failed";
}

export function stopping(state: RunState, scope: Scope): Stopping | null {
  const { stop } = state;
  if (stop) {
    const kind = stop.status === "canceled" ? "canceled" : stop.stalled ? "stalled" : "failed";
    return { reason: stop.reason, run: true, kind };
  }
  for (let key = scope.key; key !== ""; key = parentKey(key)) {
    const stalled = state.scopes.get(key)?.stalled;
    if (stalled) return { reason: stalled.reason, run: false, kind: "stalled" };
    const parent = state.scopes.get(parentKey(key));
    if (parent?.cursor.phase !== "fanned") return null;
    const reason = parent.cursor.fan.canceled.get(key);
    if (reason !== undefined) return { reason, run: false, kind: "canceled" };
  }
  return null;
}

export const isStopping = (state: RunState, scope: Scope): boolean => stopping(state, scope) !== null;
