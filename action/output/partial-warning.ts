/** A green run that went on without branches that failed: the page of the workflow run says so. */
import { succeededWithout } from "../../engine/core/failed-branches.ts";
import type { RunState } from "../../engine/core/state.ts";

const NAMED = 10;

export function partialWarning(state: RunState): string | null {
  const failed = succeededWithout(state);
  if (failed.length === 0) return null;
  const more = failed.length > NAMED ? ` and ${failed.length - NAMED} more` : "";
  return `partial_success: the run succeeded without branches that failed: ${failed.slice(0, NAMED).join(", ")}${more}. A fan-out with error_policy=fail_fast or join_policy=k_of_n fails instead.`;
}
