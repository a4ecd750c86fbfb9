/** One step in execution: its environment, what it may see in expressions, and how it is told to stop. */
import { type Plain, type PlainObject, record } from "../expressions/data.ts";
import { type ExpressionFunction, type Scope, scopeOf } from "../expressions/evaluate.ts";
import { hashFiles } from "../expressions/hash-files.ts";
import type { JobState, StepList } from "./state.ts";

export interface Frame {
  readonly list: StepList;
  /** The `env` context: job-wide, then what `env:` of enclosing steps and of this one set. */
  readonly env: Map<string, string>;
  /** Only what `env:` set, which a composite hands down. */
  readonly ownEnv: Map<string, string>;
  readonly outputs: Map<string, string>;
  /** Additions to the `github` context of this step. */
  github: PlainObject;
  deadline: number;
  stopped: boolean;
  /** It runs a composite action, whose steps are stopped one by one instead. */
  composite: boolean;
  timedOut: boolean;
  readonly onStop: Set<() => void>;
  /** A cancel reached the job: keep on only if the step's condition still holds. */
  recheck: () => void;
}

export function createFrame(job: JobState, list: StepList): Frame {
  return {
    list,
    env: new Map([...job.env, ...list.env]),
    ownEnv: new Map(list.env),
    outputs: new Map(),
    github: list.composite ? record({ ...list.github, action_status: list.status }) : list.github,
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
