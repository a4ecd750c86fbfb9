import { repositoryApi } from "../repos/shape.ts";
import type { Job } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { nodeId } from "../users/shape.ts";
import { runPage } from "./run-shape.ts";

export function jobShape(world: World, job: Job) {
  const { id, run, name, status, conclusion } = job;
  const api = repositoryApi(world, run.repository);
  const iso = (at: number | null) => (at === null ? null : world.clock.iso(at));
  return {
    id,
    node_id: nodeId("CheckRun", id),
    run_id: run.id,
    run_url: `${api}/actions/runs/${run.id}`,
    run_attempt: job.attempt,
    head_sha: run.cause.headSha,
    head_branch: run.suite.headBranch,
    url: `${api}/actions/jobs/${id}`,
    html_url: `${runPage(world, run)}/job/${id}`,
    check_run_url: `${api}/check-runs/${id}`,
    name,
    workflow_name: run.workflowName,
    status,
    conclusion,
    labels: [...job.labels],
    created_at: iso(job.createdAt),
    started_at: iso(job.startedAt),
    completed_at: iso(job.completedAt),
    steps: job.steps.map((step) => ({
      number: step.number,
      name: step.name,
      status: step.status,
      conclusion: step.conclusion,
      started_at: iso(step.startedAt),
      completed_at: iso(step.completedAt),
    })),
    runner_id: job.runner === null ? null : 1,
    runner_name: job.runner,
    runner_group_id: job.runner === null ? null : 1,
    runner_group_name: job.runner === null ? null : "GitHub Actions",
  };
}
