import { deleteArtifact } from "../artifacts/twirp.ts";
import { noContent, notFound, ok, Refusal } from "../http/answer.ts";
import type { RepositoryCall, RepositoryHandler } from "../http/call.ts";
import { pageOf } from "../http/paging.ts";
import type { Run } from "../state/records.ts";
import { newest } from "./record.ts";
import { runShape } from "./run-shape.ts";
import { findWorkflow } from "./workflow-find.ts";

/** Searches find no more than this. */
const MOST_LISTED = 1000;

export const getRun: RepositoryHandler = (call) => {
  const run = runOf(call);
  return ok(runShape(call.world, run, newest(run)));
};

export const getAttempt: RepositoryHandler = (call) => {
  const run = runOf(call);
  const attempt = run.attempts[Number(call.params.attempt_number) - 1];
  if (attempt === undefined) throw notFound();
  return ok(runShape(call.world, run, attempt));
};

/** With its jobs, logs, checks and artifacts. */
export const deleteRun: RepositoryHandler = (call) => {
  const { repository } = call;
  const run = runOf(call);
  if (newest(run).status !== "completed") throw new Refusal(403, "Could not delete the workflow run");
  for (const artifact of [...repository.artifacts.values()].filter((one) => one.run === run))
    deleteArtifact(artifact);
  for (const { id } of run.suite.checks) repository.checks.delete(id);
  repository.suites.delete(run.suite.id);
  repository.runs.delete(run.id);
  return noContent();
};

export const listRuns: RepositoryHandler = (call) => answer(call, [...call.repository.runs.values()]);

export const listWorkflowRuns: RepositoryHandler = async (call) => {
  const { workflow } = await findWorkflow(call.world, call.repository, call.params.workflow_id!);
  return answer(
    call,
    [...call.repository.runs.values()].filter((run) => run.workflow === workflow),
  );
};

export function runOf({ repository, params }: RepositoryCall): Run {
  const run = repository.runs.get(Number(params.run_id));
  if (run === undefined) throw notFound();
  return run;
}

/** Newest first. A list lags: a run that was just made can be read by its id but is not in it yet (the knob `staleReadsMs`). */
function answer(call: RepositoryCall, runs: readonly Run[]) {
  const { world, query } = call;
  const seenUntil = world.clock.now() - world.faults.staleReadsMs;
  const wanted = runs
    .filter(({ createdAt }) => createdAt <= seenUntil)
    .filter((run) => fits(run, query))
    .toReversed()
    .slice(0, MOST_LISTED);
  return pageOf(call, wanted, (page) => ({
    total_count: wanted.length,
    workflow_runs: page.map((run) => runShape(world, run, newest(run))),
  }));
}

function fits(run: Run, query: Readonly<Record<string, unknown>>): boolean {
  const { cause, suite } = run;
  const { status, conclusion } = newest(run);
  const equal = (name: string, value: unknown) => query[name] === undefined || query[name] === value;
  return (
    equal("actor", cause.actor.login) &&
    equal("branch", suite.headBranch) &&
    equal("event", cause.event.name) &&
    equal("check_suite_id", suite.id) &&
    equal("head_sha", cause.headSha) &&
    (equal("status", status) || equal("status", conclusion)) &&
    (query.created === undefined || within(String(query.created), run.createdAt))
  );
}

/** `>=2026-01-01`, `<…`, `a..b`, or a day. */
function within(range: string, at: number): boolean {
  const [from, to] = range.split("..", 2) as [string, string | undefined];
  if (to !== undefined) return at >= Date.parse(from) && at <= endOf(to);
  const [, sign = "", when = ""] = /^(>=|<=|>|<)?(.*)$/.exec(range) ?? [];
  if (sign === ">=") return at >= Date.parse(when);
  if (sign === ">") return at > endOf(when);
  if (sign === "<=") return at <= endOf(when);
  if (sign === "<") return at < Date.parse(when);
  return at >= Date.parse(when) && at <= endOf(when);
}

const DAY_MS = 24 * 60 * 60 * 1000;
const endOf = (when: string): number =>
  when.includes("T") ? Date.parse(when) : Date.parse(when) + DAY_MS - 1;
