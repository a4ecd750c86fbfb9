/** Makes runs and their attempts, and hands them to the executor. */
import { openSuite } from "../checks/suites.ts";
import { readCommit } from "../git/commits.ts";
import type { Repository, User } from "../state/model.ts";
import type { World } from "../state/world.ts";
import type { RunAttempt } from "./port.ts";
import { type Attempt, type Cause, newest, type Run, type Workflow } from "./record.ts";
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
}

export async function startRun(
  world: World,
  { repository, workflow, file, workflowSha, workflowRef, cause, title }: NewRun,
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
    title,
  };
  repository.runs.set(run.id, run);
  run.attempts.push(attempt(world, 1, "no", cause.actor, `run-${run.id}`));
  tellRun(world, "requested", run);
  world.executor?.queued(runAttempt(run));
  return run;
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
