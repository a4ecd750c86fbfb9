import { pullsOfCommit } from "../pulls/shape.ts";
import { headCommitShape } from "../repos/commit-shape.ts";
import { repositoryApi, repositoryPage, repositoryShape } from "../repos/shape.ts";
import type { Attempt, Repository, Run, Workflow } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { nodeId, userShape } from "../users/shape.ts";

export const runPage = (world: World, { repository, id }: Run): string =>
  `${repositoryPage(world, repository)}/actions/runs/${id}`;

/** A run as one of its attempts left it. */
export function runShape(world: World, run: Run, attempt: Attempt) {
  const { repository, cause, suite, workflow } = run;
  const api = repositoryApi(world, repository);
  const url = `${api}/actions/runs/${run.id}`;
  const previous = attempt.number > 1 ? `${url}/attempts/${attempt.number - 1}` : null;
  const repo = repositoryShape(world, repository);
  return {
    id: run.id,
    name: run.workflowName,
    node_id: nodeId("WorkflowRun", run.id),
    check_suite_id: suite.id,
    check_suite_node_id: nodeId("CheckSuite", suite.id),
    check_suite_url: `${api}/check-suites/${suite.id}`,
    head_branch: suite.headBranch,
    head_sha: cause.headSha,
    path: workflow.path,
    display_title: run.title,
    run_number: run.number,
    run_attempt: attempt.number,
    referenced_workflows: [],
    event: cause.event.name,
    status: attempt.status,
    conclusion: attempt.conclusion,
    workflow_id: workflow.id,
    workflow_url: `${api}/actions/workflows/${workflow.id}`,
    url,
    html_url: attempt.number > 1 ? `${runPage(world, run)}/attempts/${attempt.number}` : runPage(world, run),
    pull_requests: pullsOfCommit(world, repository, cause.headSha),
    created_at: world.clock.iso(run.createdAt),
    updated_at: world.clock.iso(attempt.updatedAt),
    run_started_at: world.clock.iso(attempt.startedAt),
    actor: userShape(world, cause.actor),
    triggering_actor: userShape(world, attempt.triggeringActor),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: previous,
    head_commit: headCommitShape(world, suite.headCommit),
    repository: repo,
    head_repository: repo,
    head_repository_id: repository.id,
  };
}

export function workflowShape(world: World, repository: Repository, workflow: Workflow, name: string) {
  const page = repositoryPage(world, repository);
  const created = world.clock.iso(workflow.createdAt);
  return {
    id: workflow.id,
    node_id: nodeId("Workflow", workflow.id),
    name,
    path: workflow.path,
    state: workflow.state,
    created_at: created,
    updated_at: created,
    url: `${repositoryApi(world, repository)}/actions/workflows/${workflow.id}`,
    html_url: `${page}/blob/${repository.defaultBranch}/${workflow.path}`,
    badge_url: `${page}/workflows/${encodeURIComponent(name)}/badge.svg`,
  };
}
