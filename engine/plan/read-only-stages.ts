/** Which stages run in jobs that may only read, as the configuration has the workflow file made. Pure. */
import { readOnlyIn } from "../config/jobs.ts";
import type { Config } from "../config/schema.ts";
import { privilegedIn, type ReadOnly } from "../core/read-only-stages.ts";
import type { Pipeline } from "../graph/pipeline.ts";

export const readOnlyOf = ({ jobs }: Config): ReadOnly => (jobs === undefined ? "none" : readOnlyIn(jobs));

/** What is to be said of them before a run; null where nothing is. */
export function saidOfApart(pipeline: Pipeline, config: Config): string | null {
  const readOnly = readOnlyOf(config);
  if (readOnly === "all")
    return "all stages run as the runner's own user, in jobs that may only read: what they do is handed on as artifacts, and a lost runner loses what its job did";
  const names = privilegedIn(pipeline);
  if (names.length === 0) return null;
  return readOnly === "privileged"
    ? `in a job that may only read, as the runner's own user: ${names.join(", ")}, and what else is in a branch with one of them`
    : `a run ends before its first stage: ${names.join(", ")} need jobs: { privileged: allow } in .github/attractor.yml`;
}
