/** What the workflow executor and the box's Actions records say to each other. The records never import an executor. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock.ts";
import type { Policy } from "../policy.ts";
import type { ActionsSettings } from "./settings.ts";

export type Access = "read" | "write";
export type Permissions = Readonly<Record<string, Access>>;

export type Conclusion =
  | "success"
  | "failure"
  | "cancelled"
  | "skipped"
  | "timed_out"
  | "neutral"
  | "action_required"
  | "startup_failure";

/** A repository as the executor needs it: to read actions and workflows, and to fill contexts. */
export interface RepositoryRef {
  readonly id: number;
  readonly owner: string;
  readonly ownerId: number;
  readonly name: string;
  readonly fullName: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  /** The real bare repository. */
  readonly gitDir: string;
  readonly secrets: ReadonlyMap<string, string>;
  readonly variables: ReadonlyMap<string, string>;
  /** What a job's token may do when its workflow says nothing. */
  readonly defaultWorkflowPermissions: Access;
  readonly actionsSettings: ActionsSettings;
  readonly environments: ReadonlyMap<string, EnvironmentRef>;
}

/** What a job gets that names the environment, and whether somebody must let it start. */
export interface EnvironmentRef {
  readonly secrets: ReadonlyMap<string, string>;
  readonly variables: ReadonlyMap<string, string>;
  readonly reviewers: readonly unknown[];
}

interface Actor {
  readonly id: number;
  readonly login: string;
}

/** One attempt of one workflow run, as it was queued. */
export interface RunAttempt {
  readonly id: number;
  readonly number: number;
  readonly attempt: number;
  readonly repository: RepositoryRef;
  /** `sha` is the commit that the workflow file is taken from; `ref` is what `github.workflow_ref` ends in. */
  readonly workflow: {
    readonly id: number;
    readonly name: string;
    readonly path: string;
    readonly sha: string;
    readonly ref: string;
  };
  readonly event: { readonly name: string; readonly payload: Readonly<Record<string, unknown>> };
  /** `workflow_dispatch` only: what was sent, defaults of the file filled in, all as strings. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Full ref (`refs/heads/main`, `refs/pull/7/merge`). */
  readonly ref: string;
  readonly refName: string;
  readonly refType: "branch" | "tag";
  readonly headRef: string;
  readonly baseRef: string;
  /** What the run is shown on: for a pull request its head, else the same as `sha`. */
  readonly headSha: string;
  /** GITHUB_SHA: for a pull request the test merge. */
  readonly sha: string;
  readonly actor: Actor;
  readonly triggeringActor: Actor;
  /** A `pull_request` event of a fork: no secrets, and tokens are cut to read. */
  readonly fromFork: boolean;
  /** `failed` runs again only failed jobs and what depends on them; the rest is kept with `keepJob`. */
  readonly rerun: "no" | "all" | "failed";
}

export interface JobRecord {
  readonly id: number;
  readonly runId: number;
  readonly attempt: number;
  /** The job's key in the workflow file, unique within an attempt: `branch (3)` for a leg, `call / trunk` for a called job. */
  readonly key: string;
  readonly name: string;
  readonly status: "queued" | "waiting" | "in_progress" | "completed";
  readonly conclusion: Conclusion | null;
  readonly outputs: Readonly<Record<string, string>>;
}

export interface NewJob {
  readonly key: string;
  /** As the Actions UI shows it. */
  readonly name: string;
  readonly labels: readonly string[];
  /** Of the job's GITHUB_TOKEN. */
  readonly permissions: Permissions;
  readonly status?: "queued" | "waiting";
}

export interface StepRecord {
  readonly number: number;
  readonly name: string;
  readonly status: "queued" | "in_progress" | "completed";
  readonly conclusion: Conclusion | null;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
}

export interface JobAnnotation {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly level: "notice" | "warning" | "failure";
  readonly message: string;
  readonly title?: string;
}

/** What a job gets when it starts. `runtimeToken` belongs to JavaScript and container actions only: `run:` steps never see it. */
export interface JobCredentials {
  readonly githubToken: string;
  readonly runtimeToken: string;
  readonly resultsUrl: string;
}

interface JobResult {
  readonly conclusion: Conclusion;
  readonly outputs?: Readonly<Record<string, string>>;
  /** A runner that was declared lost may live on, and its token with it. */
  readonly tokensLiveOn?: boolean;
}

/** The records' side: every call changes state, is checked against GitHub's order of states, and sends the webhooks that GitHub sends. */
export interface ActionsPort {
  readonly clock: Clock;
  readonly policy: Policy;
  readonly urls: { readonly api: string; readonly server: string; readonly results: string };
  /** A repository that `uses: owner/name@ref` names. */
  repository(fullName: string): RepositoryRef | undefined;
  /** The newest attempt of a run. */
  run(runId: number): RunAttempt;
  jobs(runId: number, attempt: number): readonly JobRecord[];

  /** What `run-name:` came to. */
  setTitle(runId: number, title: string): void;
  /** Waits for its concurrency group. */
  holdRun(runId: number): void;
  startRun(runId: number): void;
  /** Completes the attempt; jobs still open make it throw. `startup_failure` has no jobs. */
  completeRun(runId: number, conclusion: Conclusion): void;

  addJob(runId: number, job: NewJob): JobRecord;
  /** Takes a finished job of the attempt before into this one, as "re-run failed jobs" does; its `completed` webhook is sent again. */
  keepJob(runId: number, previousJobId: number): JobRecord;
  /** A waiting job of an environment with reviewers: `reviewed` is told once what one of them said. */
  awaitReview(jobId: number, environment: string, reviewed: (state: "approved" | "rejected") => void): void;
  startJob(jobId: number, runner: { readonly name: string }): JobCredentials;
  setSteps(jobId: number, steps: readonly StepRecord[]): void;
  appendLog(jobId: number, text: string): void;
  addSummary(jobId: number, step: number, markdown: string): void;
  annotate(jobId: number, annotations: readonly JobAnnotation[]): void;
  /** Ends the job and its tokens. A job that never started (skipped, cancelled in the queue) is completed the same way. */
  completeJob(jobId: number, result: JobResult): void;

  /** Serves HTTP under the box's origin (an OIDC issuer, say). Returns the URL of the prefix. */
  mount(prefix: `/${string}`, handler: (request: IncomingMessage, response: ServerResponse) => void): string;
}

/** The executor's side. None of these may throw; work happens later. */
export interface Executor {
  /** A run, or a new attempt of one, waits in state `queued`. */
  queued(run: RunAttempt): void;
  /** A cancel was accepted. `force` also ends what `always()` keeps alive. */
  cancel(runId: number, how: "cancel" | "force"): void;
  close(): Promise<void>;
}

export type ConnectExecutor = (actions: ActionsPort) => Executor;
