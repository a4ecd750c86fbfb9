import { hash8 } from "../../engine/git/safe-name.ts";
import type { GitHubJob } from "../github-env.ts";
import type { Inputs } from "../inputs.ts";

/**
 * The run of a job: the one that its hop names, or its own. The action may be used by several jobs and steps of one workflow
 * run, each a run of its own (R-GH-20).
 */
export function runIdOf(
  job: Pick<GitHubJob, "runId">,
  { run, hop, part, use }: Pick<Inputs, "run" | "hop" | "part" | "use">,
): string {
  if (run !== "") return run;
  if (hop !== null) return hop.run;
  return part === "single" && use !== "" ? `r${job.runId}-${hash8(use)}` : `r${job.runId}`;
}
