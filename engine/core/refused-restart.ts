import type { RestartBlocked } from "./events/flow.ts";
import { type RunState, TRUNK } from "./state.ts";

/** The restart that the trunk was refused, when that ended the run. */
export function refusedRestart({ ended, scopes }: RunState): RestartBlocked | null {
  const cursor = scopes.get(TRUNK)?.cursor;
  if (ended?.event !== "run_failed" || cursor?.phase !== "done") return null;
  return cursor.result.restartBlocked ?? null;
}
