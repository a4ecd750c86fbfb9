/** The run that a job begins or goes on with when no hop names it. */
import { hash8 } from "../../engine/git/safe-name.ts";
import type { GitHubJob } from "../github-env.ts";
import type { Inputs } from "../inputs.ts";

/** The action may be used by several jobs and steps of one workflow run, each a run of its own (R-GH-20). */
export const ownRunId = (
  job: Pick<GitHubJob, "runId">,
  { part, use }: Pick<Inputs, "part" | "use">,
): string => (part === "single" && use !== "" ? `r${job.runId}-${hash8(use)}` : `r${job.runId}`);
