/** One step in execution: its environment, what it may see in expressions, and how it is told to stop. */
import { type Plain, record } from "../expressions/data.ts";
import { type ExpressionFunction, type Scope, scopeOf } from "../expressions/evaluate.ts";
import { hashFiles } from "../expressions/hash-files.ts";
import type { Frame, JobState, StepList } from "./state.ts";

export function createFrame(job: JobState, list: StepList): Frame {
  return {
    list,
    env: new Map([...job.env, ...list.env]),
    ownEnv: new Map(list.env),
    outputs: new Map(),
    github: list.composite ? record({ ...list.github, action_status: list.status }) : list.github,
    variables: list.variables,
    deadline: list.deadline,
    stopped: false,
    composite: false,
    timedOut: false,
    onStop: new Set(),
    recheck: () => {},
  };
}

export function stopFrame(frame: Frame): void {
  if (frame.stopped) return;
  frame.stopped = true;
  for (const stop of frame.onStop) stop();
}

/** What an expression of this step sees now. `post` steps ask for the job's status even inside a composite. */
export function frameScope(job: JobState, frame: Frame, jobStatus = !frame.list.composite): Scope {
  const { contexts, secrets } = job.spec;
  const seen: Record<string, Plain> = {
    github: record({ ...job.github, ...frame.github }),
    env: record(frame.env),
    job: record({ status: job.status, check_run_id: job.spec.jobId }),
    steps: stepsContext(frame.list),
    runner: job.runner,
    strategy: contexts.strategy ?? null,
    matrix: contexts.matrix ?? null,
    inputs: frame.list.inputs ?? contexts.inputs ?? record(),
    // The parser has refused these three inside composite actions.
    secrets: record(secrets),
    needs: contexts.needs ?? record(),
    vars: contexts.vars ?? record(),
  };
  const status = () => (jobStatus ? job.status : frame.list.status);
  const flag = (value: () => boolean): ExpressionFunction => ({ min: 0, max: 0, call: value });
  return scopeOf(
    seen,
    new Map([
      ["always", flag(() => true)],
      ["success", flag(() => status() === "success")],
      ["failure", flag(() => status() === "failure")],
      ["cancelled", flag(() => job.status === "cancelled")],
      ["hashFiles", hashFiles(job.folders.workspace)],
    ]),
  );
}

const stepsContext = (list: StepList): Plain =>
  record(
    [...list.steps].map(
      ([id, step]) =>
        [
          id,
          record({ outputs: record(step.outputs), outcome: step.outcome, conclusion: step.conclusion }),
        ] as const,
    ),
  );
