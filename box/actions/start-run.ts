/** Makes runs and their attempts, and hands them to the executor. */

import { atLeast, roleOf } from "../auth/permission.ts";
import { openSuite } from "../checks/suites.ts";
import { readCommit } from "../git/commits.ts";
import type { User } from "../state/model.ts";
import type { Attempt, Cause, Repository, Run, Workflow } from "../state/records.ts";
import type { World } from "../state/world.ts";
import type { RunAttempt } from "./port.ts";
import { newest } from "./record.ts";
import { repositoryRef } from "./repository-ref.ts";
import { tellRun } from "./tell.ts";
import type { WorkflowFile } from "./workflow-file.ts";

export interface NewRun {
  readonly repository: Repository;
  readonly workflow: Workflow;
  readonly file: WorkflowFile;
  readonly workflowSha: string;
  readonly workflowRef: string;
  readonly cause: Cause;
  readonly title: string;
  /** Made, and kept from starting until somebody who may write says so. */
  readonly awaitsApproval?: boolean;
}

export async function startRun(
  world: World,
  { repository, workflow, file, workflowSha, workflowRef, cause, title, awaitsApproval = false }: NewRun,
): Promise<Run> {
  const headCommit = await readCommit(repository.gitDir, cause.headSha);
  workflow.runs += 1;
  const branch = /^refs\/heads\/(.+)$/.exec(cause.ref)?.[1] ?? (cause.headRef === "" ? null : cause.headRef);
  const run: Run = {
    id: world.nextId(),
    number: workflow.runs,
    repository,
    workflow,
    workflowName: file.name,
    workflowSha,
    workflowRef,
    cause,
    suite: openSuite(world, repository, world.actionsApp, headCommit, branch),
    createdAt: world.clock.now(),
    attempts: [],
    reviews: [],
    title,
  };
  repository.runs.set(run.id, run);
  run.attempts.push(attempt(world, 1, "no", cause.actor, `run-${run.id}`));
  tellRun(world, "requested", run);
  if (awaitsApproval) {
    Object.assign(newest(run), { status: "completed", conclusion: "action_required" });
    tellRun(world, "completed", run);
  } else world.executor?.queued(runAttempt(run));
  return run;
}

/** "Approve workflows to run". */
export function approveRun(world: World, user: User, run: Run): void {
  const attempt = newest(run);
  if (!atLeast(roleOf(run.repository, user), "write"))
    throw new Error(`${user.login} has no write access to ${run.repository.fullName}`);
  if (attempt.conclusion !== "action_required") throw new Error(`run ${run.id} waits for no approval`);
  Object.assign(attempt, { status: "queued", conclusion: null });
  world.executor?.queued(runAttempt(run));
}

/** All jobs again, in a new space of artifact names, or the failed ones and what depends on them, in the old one. */
export function startRerun(world: World, run: Run, rerun: "all" | "failed", by: User): void {
  const number = run.attempts.length + 1;
  const backendId = rerun === "all" ? `run-${run.id}-${number}` : newest(run).backendId;
  run.attempts.push(attempt(world, number, rerun, by, backendId));
  run.suite.completed = false;
  world.executor?.queued(runAttempt(run));
}

function attempt(
  world: World,
  number: number,
  rerun: Attempt["rerun"],
  triggeringActor: User,
  backendId: string,
): Attempt {
  const now = world.clock.now();
  return {
    number,
    rerun,
    triggeringActor,
    backendId,
    startedAt: now,
    jobs: [],
    status: "queued",
    conclusion: null,
    updatedAt: now,
  };
}

/** The newest attempt as the executor sees it. */
export function runAttempt(run: Run): RunAttempt {
  const { cause } = run;
  const { number, rerun, triggeringActor } = newest(run);
  return {
    id: run.id,
    number: run.number,
    attempt: number,
    repository: repositoryRef(run.repository, !cause.fromFork),
    workflow: {
      id: run.workflow.id,
      name: run.workflowName,
      path: run.workflow.path,
      sha: run.workflowSha,
      ref: run.workflowRef,
    },
    event: cause.event,
    inputs: cause.inputs,
    ref: cause.ref,
    refName: cause.ref.replace(/^refs\/(heads|tags|pull)\//, ""),
    refType: cause.ref.startsWith("refs/tags/") ? "tag" : "branch",
    headRef: cause.headRef,
    baseRef: cause.baseRef,
    headSha: cause.headSha,
    sha: cause.sha,
    actor: { id: cause.actor.id, login: cause.actor.login },
    triggeringActor: { id: triggeringActor.id, login: triggeringActor.login },
    fromFork: cause.fromFork,
    rerun,
  };
}
