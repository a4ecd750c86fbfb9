/**
 * Whether this job is the one that was dispatched for the run: its branch, its workflow file, its event, and whether its
 * agents are simulated. A writer can dispatch any workflow with a hop's input; the log would call it the run's own.
 */
import type { EventOf } from "../../engine/core/events.ts";
import type { GitHubJob } from "../github-env.ts";
import type { Inputs } from "../inputs.ts";

type Asked = Pick<Inputs, "hop" | "simulate">;

/** What is wrong; null when it may claim. */
export function foreignClaim(
  job: Pick<GitHubJob, "event" | "ref" | "workflowRef">,
  inputs: Asked,
  started: EventOf<"run_started">,
): string | null {
  const { github } = started;
  // A person's re-run has the input of the first attempt, or began the run itself.
  if (inputs.hop !== null) {
    const file = workflowFile(job.workflowRef);
    if (job.event !== "workflow_dispatch")
      return `a hop is begun by a dispatch, and this workflow run by the event ${job.event || "(none)"}`;
    if (github?.workflow_ref && branchOf(job.ref) !== branchOf(github.workflow_ref))
      return `the run's workflow is run from ${branchOf(github.workflow_ref)}, and this workflow run is of ${branchOf(job.ref)}`;
    if (github?.workflow && file !== github.workflow.split("/").at(-1))
      return `the run's workflow is ${github.workflow}, and this workflow run is of ${file || "another one"}`;
  }
  return simulatedOtherwise(inputs, started);
}

/** Simulated stages that the log calls real, or stages that cost money in a run that it calls simulated. */
export function simulatedOtherwise(
  { simulate }: Pick<Inputs, "simulate">,
  { simulated = [] }: EventOf<"run_started">,
): string | null {
  if ((simulate !== "") === simulated.includes("agents")) return null;
  return simulate === ""
    ? "the run began with simulated agents, and this job has no `simulate`: put it back, or start a run anew"
    : "the run began with real agents, and this job has `simulate`: take it away, or start a run anew";
}

const branchOf = (ref: string): string => ref.replace(/^refs\/(?:heads|tags)\//, "");

/** `owner/repo/.github/workflows/x.yml@ref` to `x.yml`: what a dispatch names. */
export const workflowFile = (ref: string): string => ref.replace(/@.*$/, "").split("/").slice(4).join("/");
