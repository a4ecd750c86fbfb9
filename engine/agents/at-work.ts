/** Whether the agent of a node works just now, and hears what is said to it meanwhile. */
import type { RunEvent } from "../core/events.ts";
import type { RunState } from "../core/state.ts";
import { liveOf } from "../ledger/projections/live.ts";
import { hearsAtWork } from "./port.ts";

interface AtWork {
  /** null: the log does not say yet which agent it is. */
  readonly backend: string | null;
  readonly hears: boolean | null;
}

/** null: no attempt of it runs. */
export function atWork(state: RunState, events: readonly RunEvent[], node: string): AtWork | null {
  const now = liveOf(state).current.find((one) => one.node_id === node && one.phase === "running");
  if (now === undefined) return null;
  const chosen = events.findLast(
    (event) =>
      event.event === "provider_selected" &&
      event.node_id === node &&
      event.visit === now.visit &&
      event.attempt === now.attempt,
  );
  if (chosen?.event !== "provider_selected") return { backend: null, hears: null };
  return { backend: chosen.backend, hears: hearsAtWork(chosen.backend) };
}
