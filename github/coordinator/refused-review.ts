/** A reviewer of an environment said no. A new workflow run would ask the same person again, so the run ends. */
import type { EventBody } from "../../engine/core/events.ts";

export const refusedByReviewer = (refusal: string): EventBody => ({
  event: "run_aborted",
  reason: `${refusal}; resume the run when its jobs may go on`,
  failure_class: "deterministic",
  by: "coordinator",
});
