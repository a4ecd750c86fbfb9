import { accepted, Refusal } from "../http/answer.ts";
import type { RepositoryHandler } from "../http/call.ts";
import { newest } from "./record.ts";
import { runOf } from "./run-handlers.ts";

/** Accepted is not done: the executor runs GitHub's sequence and completes the run. */
const cancelling =
  (how: "cancel" | "force"): RepositoryHandler =>
  (call) => {
    const run = runOf(call);
    if (newest(run).status === "completed")
      throw new Refusal(409, "Cannot cancel a workflow run that is completed.");
    call.world.executor?.cancel(run.id, how);
    return accepted();
  };

export const cancelRun = cancelling("cancel");
export const forceCancelRun = cancelling("force");
