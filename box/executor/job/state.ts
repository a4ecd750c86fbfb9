/** What one job on a runner knows while it runs. */

import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/index";
import type { ActionsPort, JobCredentials, RunAttempt } from "../../actions/port.ts";
import type { Clock } from "../../clock.ts";
import type { Plain, PlainObject } from "../expressions/data.ts";
import type { ActionsRegistry, Place } from "../places.ts";
import type { StepDefinition, StepsJob, Workflow } from "../workflow/model.ts";
import type { ActionStore } from "./action-store.ts";
import type { Container, Image } from "./container.ts";
import type { Folders, RunnerUser } from "./folders.ts";
import type { Masks } from "./masks.ts";
import type { RunningProcess } from "./process.ts";
import type { JobReport } from "./report.ts";

export type StepStatus = "success" | "failure" | "cancelled";
export type StepResult = StepStatus | "skipped";

export interface PlannedStep {
  readonly id: string | undefined;
  readonly name: string;
  readonly condition: string;
  readonly env: TemplateToken | undefined;
  readonly continueOnError: TemplateToken | undefined;
  readonly timeoutMinutes: TemplateToken | undefined;
  /** Pre and post steps ask for the job's status in their condition, also inside a composite. */
  readonly stage: "pre" | "main" | "post";
  readonly run: (frame: Frame) => Promise<StepStatus>;
}

export interface JobSpec {
  readonly actions: ActionsPort;
  readonly registry: ActionsRegistry;
  readonly run: RunAttempt;
  readonly jobId: number;
  readonly definition: StepsJob;
  readonly workflow: Workflow;
  readonly place: Place;
  readonly credentials: JobCredentials;
  /** Request URL and token for OIDC, where the job has `id-token: write`. */
  readonly oidc: Readonly<Record<string, string>>;
  readonly runner: string;
  readonly root: string;
  readonly hostPath: string;
  readonly images: ReadonlyMap<string, Image>;
  readonly user: RunnerUser | undefined;
  readonly secrets: ReadonlyMap<string, string>;
  /** github (without what the runner adds), inputs, vars, needs, strategy, matrix. */
  readonly contexts: Readonly<Record<string, Plain>>;
}

interface StepRecordState {
  readonly outputs: Map<string, string>;
  outcome: StepResult;
  conclusion: StepResult;
}

/** A `post` that the end of the job owes; the newest runs first. */
interface OwedPost {
  readonly definition: StepDefinition;
  readonly planned: PlannedStep;
}

/** Steps that share one `steps` context: the job's own, or those of one use of a composite action. */
export interface StepList {
  readonly composite: boolean;
  readonly steps: Map<string, StepRecordState>;
  readonly inputs: Plain | undefined;
  /** Set by `env:` of the steps around this list. */
  readonly env: ReadonlyMap<string, string>;
  readonly github: PlainObject;
  readonly variables: PlainObject;
  readonly depth: number;
  /** Box time at which an enclosing step's timeout strikes. */
  readonly deadline: number;
  readonly posts: OwedPost[];
  status: StepStatus;
}

export interface Frame {
  readonly list: StepList;
  /** The `env` context: job-wide, then what `env:` of enclosing steps and of this one set. */
  readonly env: Map<string, string>;
  /** Only what `env:` set, which a composite hands down. */
  readonly ownEnv: Map<string, string>;
  readonly outputs: Map<string, string>;
  /** Additions to the `github` context of this step. */
  github: PlainObject;
  /** What GITHUB_* says otherwise than the context, in a container. */
  variables: PlainObject;
  deadline: number;
  stopped: boolean;
  /** It runs a composite action, whose steps are stopped one by one instead. */
  composite: boolean;
  timedOut: boolean;
  readonly onStop: Set<() => void>;
  /** A cancel reached the job: keep on only if the step's condition still holds. */
  recheck: () => void;
}

export interface JobState {
  readonly spec: JobSpec;
  readonly clock: Clock;
  readonly folders: Folders;
  readonly masks: Masks;
  readonly report: JobReport;
  readonly store: ActionStore;
  /** `planStep`, which a composite calls for the steps inside it. */
  readonly plan: (job: JobState, list: StepList, step: StepDefinition) => PlannedStep;
  readonly trackingId: string;
  readonly github: PlainObject;
  readonly runner: PlainObject;
  readonly env: Map<string, string>;
  container: Container | undefined;
  prependPath: readonly string[];
  defaults: { readonly shell?: string | undefined; readonly workingDirectory?: string | undefined };
  status: StepStatus;
  cancelRequested: boolean;
  dead: boolean;
  readonly frames: Set<Frame>;
  readonly processes: Set<RunningProcess>;
}
