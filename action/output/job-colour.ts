/** A workflow run is as red as the run that ended in it (R-GH-19). */
import type { RunState } from "../../engine/core/state.ts";
import { isRed } from "../hop/round.ts";
import type { JobPorts } from "../ports.ts";

/** `took`: this workflow run once held a hop, or this job wrote the end. */
export function colourOf(
  { say, inputs }: Pick<JobPorts, "say" | "inputs">,
  state: RunState,
  took: boolean,
): void {
  const again = `to go on: /attractor resume ${state.runId}, or the same in the field command of the form`;
  const { ended } = state;
  if (ended?.event === "run_failed" && isRed(state, took))
    say.fail(`the run failed: ${ended.failure_reason}\n${again}`);
  // Where somebody cancelled the workflow run GitHub shows it by itself.
  else if (ended?.event === "run_canceled" && took && !inputs.canceled)
    say.fail(`the run was canceled\n${again}`);
}
