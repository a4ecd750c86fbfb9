/** One attempt of a run while it runs: scopes (a workflow file), nodes (its jobs), legs (what a matrix makes of a job). */
import type { ActionsPort, JobRecord, RunAttempt } from "../../actions/port.ts";
import type { Plain, PlainObject } from "../expressions/data.ts";
import type { Image } from "../job/container.ts";
import type { JobControl, Result } from "../job/control.ts";
import type { RunnerUser } from "../job/folders.ts";
import type { Oidc } from "../oidc.ts";
import type { ActionsRegistry } from "../places.ts";
import type { LoadedWorkflow } from "../workflow/call-tree.ts";
import type { JobDefinition } from "../workflow/model.ts";
import type { ConcurrencyGroups, Member } from "./concurrency.ts";
import type { Runners } from "./runners.ts";

export interface ScopeState {
  readonly loaded: LoadedWorkflow;
  readonly inputs: PlainObject;
  readonly secrets: ReadonlyMap<string, string>;
  readonly nodes: ReadonlyMap<string, NodeState>;
  /** The leg that called this workflow; none for the run's own file. */
  readonly caller: LegState | undefined;
}

export interface NodeState {
  readonly definition: JobDefinition;
  readonly scope: () => ScopeState;
  readonly needs: readonly NodeState[];
  status: "waiting" | "running" | "done";
  result: Result | undefined;
  legs: readonly LegState[];
  failFast: boolean;
  maxParallel: number;
  /** Outputs of all legs by name; the last leg that set one wins. */
  readonly outputs: Map<string, string>;
  /** Some of it ran in this attempt, so that what depends on it must run again too. */
  ran: boolean;
}

export interface LegState {
  readonly node: NodeState;
  readonly matrix: Plain;
  readonly strategy: PlainObject;
  /** Unique in the attempt. */
  readonly key: string;
  readonly name: string;
  /** `held` by max-parallel, `pending` before its group, `queued` before a runner. */
  status: "held" | "pending" | "queued" | "running" | "done";
  result: Result | undefined;
  /** A failure that the file allows (`continue-on-error`). */
  forgiven: boolean;
  /** A runner picked it up. */
  started: boolean;
  record: JobRecord | undefined;
  control: JobControl | undefined;
  runner: string | undefined;
  called: ScopeState | undefined;
  /** A cancel that was meant for this leg alone: a sibling failed, its group wants it gone. */
  cancelled: boolean;
  /** The runner is gone; only the lease still says that it works. */
  lost: boolean;
  readonly members: Member[];
  /** Taken back when the leg ends: timers, the place in the runners' queue. */
  readonly pendingWork: Set<() => void>;
}

interface AttemptState {
  root: ScopeState | undefined;
  status: "loading" | "pending" | "running" | "done";
  cancelled: "no" | "cancel" | "force";
  readonly members: Member[];
  /** The attempt before this one, by key: what "re-run failed jobs" keeps. */
  readonly previous: ReadonlyMap<string, JobRecord>;
  readonly problems: string[];
  readonly pendingWork: Set<() => void>;
  outputUnits: number;
  /** Made by matrices. */
  matrixJobs: number;
}

/** What an executor can be told to do wrong, at any time. */
export interface ExecutorFaults {
  /** After a cancel, `cancelled()` says false to jobs that have not begun (actions/runner#3041). */
  cancelledSaysFalse: boolean;
  /** Box milliseconds before a free runner takes a job. */
  queueMs: number;
}

export interface Engine {
  readonly actions: ActionsPort;
  readonly run: RunAttempt;
  readonly state: AttemptState;
  readonly github: PlainObject;
  readonly registry: ActionsRegistry;
  readonly runners: Runners;
  readonly groups: ConcurrencyGroups;
  readonly oidc: Oidc;
  readonly faults: ExecutorFaults;
  readonly images: ReadonlyMap<string, Image>;
  readonly user: RunnerUser | undefined;
  readonly workRoot: string;
  readonly hostPath: string;
  /** Looks what can go on now; called after every change. */
  readonly advance: () => void;
}

export const legsOf = (scope: ScopeState): readonly LegState[] =>
  [...scope.nodes.values()].flatMap(({ legs }) =>
    legs.flatMap((leg) => (leg.called === undefined ? [leg] : [leg, ...legsOf(leg.called)])),
  );
