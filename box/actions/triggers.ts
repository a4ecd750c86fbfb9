/** Which workflows an event starts, from which commit their files are read, and what the run is about. */

import { commitAt } from "../git/refs.ts";
import { gitText } from "../git/run.ts";
import { isPull, type PullIssue } from "../pulls/shape.ts";
import type { GitHubEvent } from "../state/event.ts";
import type { Cause, Repository } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { fullPayload } from "../webhooks/payload.ts";
import { wants } from "./filters.ts";
import { startRun } from "./start-run.ts";
import { workflowFiles } from "./workflow-file.ts";
import { workflowRecord } from "./workflow-find.ts";

/** Runs that start runs that start runs: GitHub stops here. */
const LONGEST_CHAIN = 3;

/** Events that `on:` can name and that find their workflows themselves; a dispatch names its own. */
const TRIGGERS = new Set([
  "check_run",
  "check_suite",
  "issue_comment",
  "pull_request",
  "push",
  "repository_dispatch",
  "workflow_run",
]);

const APPROVED: ReadonlySet<string> = new Set(["opened", "synchronize", "reopened"]);

export async function startWorkflows(world: World, event: GitHubEvent): Promise<void> {
  const { repository, name, action } = event;
  if (repository === undefined || !TRIGGERS.has(name)) return;
  // Since June 2026 what a job's token does to a pull request makes runs, which wait for a person.
  const ofJobToken = event.byJobToken && name === "pull_request" && APPROVED.has(action ?? "");
  if (event.byJobToken && name !== "repository_dispatch" && !ofJobToken) return;
  // Suites and checks of Actions itself would start each other for ever.
  if (event.onlyApp?.id === world.actionsApp.id || isOfActions(world, event)) return;
  const place = await placeOf(world, repository, event);
  if (place === undefined) return;
  for (const file of await workflowFiles(repository, place.workflowSha)) {
    if (!file.on.has(name)) continue;
    if (repository.workflows.get(file.path)?.state.startsWith("disabled")) continue;
    const verdict = wants(file.on.get(name), {
      name,
      action,
      ref: place.filterRef,
      workflow: place.workflow,
    });
    if (typeof verdict === "object") {
      world.report({ side: "request", where: file.path, problems: [verdict.problem] });
    } else if (verdict) {
      await startRun(world, {
        repository,
        workflow: workflowRecord(world, repository, file.path),
        file,
        workflowSha: place.workflowSha,
        workflowRef: place.cause.ref,
        cause: place.cause,
        title: place.title ?? file.name,
        awaitsApproval:
          ofJobToken || (place.cause.fromFork && repository.actionsSettings.forkApproval === "everybody"),
      });
    }
  }
}

interface Place {
  readonly workflowSha: string;
  readonly filterRef: string;
  readonly workflow?: string;
  readonly title?: string;
  readonly cause: Cause;
}

async function placeOf(world: World, repository: Repository, event: GitHubEvent): Promise<Place | undefined> {
  const { name, sender } = event;
  const base = {
    event: { name, payload: fullPayload(world, event) },
    inputs: {},
    headRef: "",
    baseRef: "",
    fromFork: false,
    actor: sender,
    chain: 0,
    byJobToken: false,
  };
  if (name === "push") {
    const { ref, after, deleted } = event.payload as { ref: string; after: string; deleted: boolean };
    if (deleted) return undefined;
    const sha = await gitText(repository.gitDir, ["rev-parse", `${after}^{commit}`]);
    const title = await gitText(repository.gitDir, ["log", "-1", "--format=%s", sha]);
    return { workflowSha: sha, filterRef: ref, title, cause: { ...base, ref, headSha: sha, sha } };
  }
  if (name === "pull_request") return pullPlace(repository, event, base);
  const ref = `refs/heads/${repository.defaultBranch}`;
  const sha = await commitAt(repository.gitDir, ref);
  if (sha === undefined) return undefined;
  const cause = { ...base, ref, headSha: sha, sha };
  if (name !== "workflow_run") return { workflowSha: sha, filterRef: ref, cause };
  const {
    id,
    head_branch: branch,
    name: workflow,
  } = event.payload.workflow_run as { id: number; head_branch: string; name: string };
  const chain = (repository.runs.get(id)?.cause.chain ?? 0) + 1;
  if (chain > LONGEST_CHAIN) return undefined;
  return { workflowSha: sha, filterRef: `refs/heads/${branch}`, workflow, cause: { ...cause, chain } };
}

/** A pull request that conflicts with its base has no test merge and starts nothing. */
function pullPlace(
  repository: Repository,
  event: GitHubEvent,
  base: Omit<Cause, "ref" | "headSha" | "sha">,
): Place | undefined {
  const issue = repository.issues.get(event.payload.number as number) as PullIssue;
  const { number, pull, title } = issue;
  if (!isPull(issue) || pull.mergeSha === null) return undefined;
  const sha = pull.mergeSha;
  return {
    workflowSha: sha,
    filterRef: `refs/heads/${pull.baseBranch}`,
    title,
    cause: {
      ...base,
      ref: `refs/pull/${number}/merge`,
      headSha: pull.headSha,
      sha,
      headRef: pull.headBranch,
      baseRef: pull.baseBranch,
      fromFork: pull.headRepository !== repository,
    },
  };
}

function isOfActions({ actionsApp }: World, { name, payload }: GitHubEvent): boolean {
  if (name !== "check_run" && name !== "check_suite") return false;
  const { app } = payload[name] as { app: { id: number } };
  return app.id === actionsApp.id;
}
