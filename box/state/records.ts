/**
 * A repository and all that it remembers besides git: runs, checks, issues, artifacts. One file, because each of them
 * names the repository that it is in.
 */
import type { Access, Conclusion, Permissions, StepRecord } from "../actions/port.ts";
import type { ActionsSettings } from "../actions/settings.ts";
import type { Commit } from "../git/commits.ts";
import type { App, Role, User } from "./model.ts";

interface RefMove {
  readonly name: string;
  /** NO_OBJECT when it was created. */
  readonly before: string;
  /** NO_OBJECT when it was deleted. */
  readonly after: string;
  readonly at: number;
}

export interface Repository {
  readonly id: number;
  /** Owner, name and folder change when it is renamed or transferred. */
  owner: User;
  name: string;
  fullName: string;
  readonly private: boolean;
  gitDir: string;
  readonly forkOf: Repository | undefined;
  readonly createdAt: number;
  readonly roles: Map<number, Role>;
  readonly secrets: Map<string, string>;
  readonly variables: Map<string, string>;
  readonly issues: Map<number, Issue>;
  readonly comments: Map<number, Comment>;
  readonly suites: Map<number, CheckSuite>;
  readonly checks: Map<number, CheckRun>;
  readonly workflows: Map<string, Workflow>;
  readonly runs: Map<number, Run>;
  readonly artifacts: Map<number, Artifact>;
  /** Ref moves of late, oldest first: what stale reads still show. */
  readonly moves: RefMove[];
  defaultBranch: string;
  defaultWorkflowPermissions: Access;
  actionsSettings: ActionsSettings;
  readonly environments: Map<string, Environment>;
  retentionDays: number;
  pushedAt: number;
}

export interface Workflow {
  readonly id: number;
  readonly path: string;
  readonly createdAt: number;
  runs: number;
  /** By a person or a token; by GitHub when nothing was pushed for sixty days. */
  state: "active" | "disabled_manually" | "disabled_inactivity";
}

/** What a job's `environment` names: values of its own, and people who let the job start. */
export interface Environment {
  readonly id: number;
  readonly name: string;
  readonly secrets: ReadonlyMap<string, string>;
  readonly variables: ReadonlyMap<string, string>;
  readonly reviewers: readonly User[];
}

export interface Review {
  readonly state: "approved" | "rejected";
  readonly comment: string;
  readonly environment: Environment;
  readonly user: User;
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
  /** A job dispatched it with its own token. */
  readonly byJobToken: boolean;
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
  readonly reviews: Review[];
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

export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column?: number;
  readonly end_column?: number;
  readonly annotation_level: "notice" | "warning" | "failure";
  readonly message: string;
  readonly title?: string;
  readonly raw_details?: string;
}

export interface CheckAction {
  readonly label: string;
  readonly description: string;
  readonly identifier: string;
}

/** A suite gathers one app's check runs on a commit; the github-actions app has one for each workflow run. */
export interface CheckSuite {
  readonly id: number;
  readonly repository: Repository;
  readonly app: App;
  readonly headSha: string;
  readonly headCommit: Commit;
  readonly headBranch: string | null;
  readonly createdAt: number;
  readonly checks: CheckRun[];
  /** What was last told of it, so that `completed` is sent once per completion. */
  completed: boolean;
}

export interface CheckRun {
  readonly id: number;
  readonly suite: CheckSuite;
  readonly annotations: Annotation[];
  name: string;
  externalId: string;
  detailsUrl: string;
  status: "queued" | "in_progress" | "completed" | "waiting";
  conclusion: Conclusion | null;
  startedAt: number;
  completedAt: number | null;
  title: string | null;
  summary: string | null;
  text: string | null;
  actions: readonly CheckAction[];
}

export interface Reaction {
  readonly id: number;
  readonly user: User;
  readonly content: string;
  readonly createdAt: number;
}

export interface Issue {
  readonly id: number;
  readonly number: number;
  readonly repository: Repository;
  readonly user: User;
  readonly createdAt: number;
  readonly reactions: Reaction[];
  readonly pull: Pull | undefined;
  title: string;
  body: string | null;
  state: "open" | "closed";
  updatedAt: number;
  closedAt: number | null;
}

/** What an issue has more when it is a pull request. */
export interface Pull {
  readonly headRepository: Repository;
  readonly headBranch: string;
  readonly draft: boolean;
  baseBranch: string;
  headSha: string;
  baseSha: string;
  /** The test merge at `refs/pull/N/merge`; null while the branches conflict. */
  mergeSha: string | null;
}

export interface Comment {
  readonly id: number;
  readonly issue: Issue;
  readonly user: User;
  readonly app: App | undefined;
  readonly createdAt: number;
  readonly reactions: Reaction[];
  body: string;
  updatedAt: number;
}

export interface Artifact {
  readonly id: number;
  readonly name: string;
  readonly run: Run;
  readonly backendId: string;
  readonly jobId: number;
  readonly mimeType: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Where its bytes are. */
  readonly file: string;
  size: number;
  digest: string | null;
  finalized: boolean;
}
