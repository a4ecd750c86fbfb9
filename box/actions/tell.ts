/** The events of runs and jobs. They come from GitHub itself, so they may start workflows whoever started the run. */
import type { Job, Run } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { jobShape } from "./job-shape.ts";
import { newest } from "./record.ts";
import { runShape, workflowShape } from "./run-shape.ts";

export function tellRun(world: World, action: "requested" | "in_progress" | "completed", run: Run): void {
  const { repository, workflow, workflowName } = run;
  world.publish({
    name: "workflow_run",
    action,
    repository,
    sender: newest(run).triggeringActor,
    byJobToken: run.cause.byJobToken && world.policy.dispatchedRuns === "silent",
    payload: {
      workflow: workflowShape(world, repository, workflow, workflowName),
      workflow_run: runShape(world, run, newest(run)),
    },
  });
}

export function tellJob(
  world: World,
  action: "queued" | "waiting" | "in_progress" | "completed",
  job: Job,
): void {
  world.publish({
    name: "workflow_job",
    action,
    repository: job.run.repository,
    sender: newest(job.run).triggeringActor,
    byJobToken: false,
    payload: { workflow_job: jobShape(world, job) },
  });
}
