import type { CheckRun, CheckSuite } from "../checks/record.ts";
import type { Repository, User } from "../state/model.ts";
import type { Conclusion, Permissions, StepRecord } from "./port.ts";

export interface Workflow {
  readonly id: number;
  readonly path: string;
  readonly createdAt: number;
  runs: number;
}

/** What a run was started for and on. */
export interface Cause {
  readonly event: { readonly name: string; readonly payload: Readonly<Record<string, unknown>> };
  readonly inputs: Readonly<Record<string, string>>;
  readonly ref: string;
  readonly headSha: string;
  /** GITHUB_SHA; for a pull request the test merge. */
  readonly sha: string;
  /** A pull request's branches; empty for other events. */
  readonly headRef: string;
  readonly baseRef: string;
  readonly fromFork: boolean;
  readonly actor: User;
  /** How many `workflow_run` triggers lie between this run and one that was started otherwise. */
  readonly chain: number;
}

export interface Run {
  readonly id: number;
  readonly number: number;
  readonly repository: Repository;
  readonly workflow: Workflow;
  readonly workflowName: string;
  /** Where the workflow file was read. */
  readonly workflowSha: string;
  readonly workflowRef: string;
  readonly cause: Cause;
  readonly suite: CheckSuite;
  readonly createdAt: number;
  readonly attempts: Attempt[];
  title: string;
}

export type RunStatus = "queued" | "pending" | "in_progress" | "completed";

export interface Attempt {
  readonly number: number;
  readonly rerun: "no" | "all" | "failed";
  readonly triggeringActor: User;
  /** Artifact names are unique within it. A full re-run gets a new one, a partial one keeps it. */
  readonly backendId: string;
  readonly startedAt: number;
  readonly jobs: Job[];
  status: RunStatus;
  conclusion: Conclusion | null;
  updatedAt: number;
}

export interface Job {
  readonly id: number;
  readonly run: Run;
  readonly attempt: number;
  readonly key: string;
  readonly name: string;
  readonly labels: readonly string[];
  readonly permissions: Permissions;
  readonly createdAt: number;
  readonly check: CheckRun;
  readonly tokens: string[];
  readonly summaries: Map<number, string>;
  readonly log: string[];
  status: "queued" | "waiting" | "in_progress" | "completed";
  conclusion: Conclusion | null;
  startedAt: number;
  completedAt: number | null;
  runner: string | null;
  steps: readonly StepRecord[];
  outputs: Readonly<Record<string, string>>;
}

export const jobsOf = ({ runs }: Repository): Job[] =>
  [...runs.values()].flatMap(({ attempts }) => attempts.flatMap(({ jobs }) => jobs));

export const newest = (run: Run): Attempt => run.attempts.at(-1)!;
