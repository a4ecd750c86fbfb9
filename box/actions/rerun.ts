import { userOf } from "../auth/tokens.ts";
import { type Answer, created, Refusal } from "../http/answer.ts";
import type { RepositoryCall, RepositoryHandler } from "../http/call.ts";
import { newest } from "./record.ts";
import { runOf } from "./run-handlers.ts";
import { startRerun } from "./start-run.ts";

const MOST_RERUNS = 50;
const LONGEST_AGE_MS = 30 * 24 * 60 * 60 * 1000;

export const rerunAll: RepositoryHandler = (call) => rerun(call, "all");
export const rerunFailed: RepositoryHandler = (call) => rerun(call, "failed");

/** Same run, same commit, same inputs, next attempt. */
function rerun(call: RepositoryCall, kind: "all" | "failed"): Answer {
  const { world, principal } = call;
  const run = runOf(call);
  const { status, conclusion, jobs } = newest(run);
  const refuse = (why: string) => new Refusal(403, why);
  if (status !== "completed") throw refuse("This workflow is already running");
  if (conclusion === "startup_failure" || conclusion === "action_required")
    throw refuse("This workflow run cannot be retried");
  if (world.clock.now() - run.createdAt > LONGEST_AGE_MS) {
    throw refuse("Unable to retry this workflow run because it was created over a month ago");
  }
  if (run.attempts.length > MOST_RERUNS) throw refuse("This workflow run has been re-run too many times");
  const failed = jobs.some((job) => job.conclusion !== "success" && job.conclusion !== "skipped");
  if (kind === "failed" && !failed) throw refuse("This workflow run has no failed jobs");
  startRerun(world, run, kind, userOf(world, principal));
  return created({});
}
