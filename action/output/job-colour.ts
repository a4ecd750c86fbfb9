/** A workflow run is as red as the run that ended in it (R-GH-19). */
import type { RunState } from "../../engine/core/state.ts";
import { heldLast, isRed } from "../hop/round.ts";
import type { JobPorts } from "../ports.ts";

/** `wrote`: this job wrote the end, which counts also where another workflow run held the last hop. */
export function colourOf(
  { say, inputs, job }: Pick<JobPorts, "say" | "inputs" | "job">,
  state: RunState,
  wrote: boolean,
): void {
  const again = `to go on: /attractor resume ${state.runId}, or the same in the field command of the form`;
  const { ended } = state;
  if (ended?.event === "run_failed" && isRed(state, job, wrote))
    say.fail(`the run failed: ${ended.failure_reason}\n${again}`);
  // Where somebody cancelled the workflow run GitHub shows it by itself.
  else if (ended?.event === "run_canceled" && (wrote || heldLast(state, job)) && !inputs.canceled)
    say.fail(`the run was canceled\n${again}`);
}
