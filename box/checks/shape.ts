import { appShape } from "../apps/shape.ts";
import { pullsOfCommit } from "../pulls/shape.ts";
import { headCommitShape } from "../repos/commit-shape.ts";
import { repositoryApi, repositoryPage } from "../repos/shape.ts";
import type { CheckRun, CheckSuite } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { nodeId } from "../users/shape.ts";
import { latestByName, suiteStatus } from "./status.ts";

export function suiteShape(world: World, suite: CheckSuite) {
  const { id, repository, app, headSha, headBranch, createdAt } = suite;
  const url = `${repositoryApi(world, repository)}/check-suites/${id}`;
  const at = world.clock.iso(createdAt);
  return {
    id,
    node_id: nodeId("CheckSuite", id),
    url,
    check_runs_url: `${url}/check-runs`,
    app: appShape(world, app),
    head_sha: headSha,
    head_branch: headBranch,
    before: null,
    after: headSha,
    head_commit: headCommitShape(world, suite.headCommit),
    ...suiteStatus(suite),
    latest_check_runs_count: latestByName(suite.checks).length,
    pull_requests: pullsOfCommit(world, repository, headSha),
    rerequestable: true,
    runs_rerequestable: true,
    created_at: at,
    updated_at: at,
  };
}

export function checkShape(world: World, check: CheckRun) {
  const { id, suite, name, externalId, detailsUrl, status, conclusion, startedAt, completedAt } = check;
  const { repository, headSha } = suite;
  const url = `${repositoryApi(world, repository)}/check-runs/${id}`;
  const page = `${repositoryPage(world, repository)}/runs/${id}`;
  return {
    id,
    node_id: nodeId("CheckRun", id),
    url,
    html_url: page,
    details_url: detailsUrl === "" ? page : detailsUrl,
    head_sha: headSha,
    external_id: externalId,
    name,
    status,
    conclusion,
    started_at: world.clock.iso(startedAt),
    completed_at: completedAt === null ? null : world.clock.iso(completedAt),
    output: {
      title: check.title,
      summary: check.summary,
      text: check.text,
      annotations_count: check.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: suiteShape(world, suite),
    app: appShape(world, suite.app),
    pull_requests: pullsOfCommit(world, repository, headSha),
  };
}
