/** A workflow run is as red as the run that ended in it (R-GH-19). */
import type { RunState } from "../../engine/core/state.ts";
import type { JobPorts } from "../ports.ts";

export function colourOf(
  { say, inputs }: Pick<JobPorts, "say" | "inputs">,
  { ended, runId }: RunState,
): void {
  if (ended === null || ended.status === "success") return;
  const again = `to go on: /attractor resume ${runId}, or the same in the field command of the form`;
  if (ended.event === "run_failed") say.fail(`the run failed: ${ended.failure_reason}\n${again}`);
  // Somebody cancelled the workflow run, which GitHub shows by itself.
  else if (!inputs.canceled) say.fail(`the run was canceled\n${again}`);
}
