/** The run as a fold of its log. Plain data and Maps; `checkpoint.ts` turns it into JSON and back. */
import type { FailureClass } from "../failure/classes.ts";
import type { SignatureRegistry } from "../failure/known.ts";
import type { BranchResult, BreakerCounts, PlannedBranch, RestartBlocked } from "./events/flow.ts";
import type { Budget, HopPlan } from "./events/run.ts";
import type { BodyOf } from "./events.ts";
import type { Cause, JsonValue } from "./outcome.ts";
import type { NodeSpent, Spent } from "./spend.ts";

/** What became of a node's visit, as routing, breakers and reports need it. */
export interface Ended {
  readonly node: string;
  readonly visit: number;
  readonly status: string;
  readonly preferredLabel: string | null;
  readonly suggested: readonly string[];
  readonly notes: string | null;
  /** Set when status is fail. */
  readonly failure: Failure | null;
  /** A conditional that only handed on what came before: not a failure of its own. */
  readonly passedOn: boolean;
  /** The edge that a person's choice named. */
  readonly edge: number | null;
}

export interface Failure {
  readonly reason: string;
  readonly class: Cause["class"];
  readonly signature: string;
  readonly cause: Cause | null;
}

/** Where a scope stands. `decide` reads it, only `fold` moves it. */
export type Cursor =
  /** Arrived; nothing started. `resumed`: a fan-out repeats only what failed. `jump`: an exit was refused, go there. */
  | { readonly phase: "at"; readonly node: string; readonly resumed?: boolean; readonly jump?: string }
  /** The next attempt may start, not before the instant. */
  | {
      readonly phase: "ready";
      readonly node: string;
      readonly attempt: number;
      readonly notBefore: number | null;
    }
  | {
      readonly phase: "running";
      readonly node: string;
      readonly attempt: number;
      readonly since: number;
      readonly resumed: boolean;
    }
  | { readonly phase: "gate"; readonly node: string; readonly gate: Gate }
  | { readonly phase: "fanned"; readonly node: string; readonly fan: FanState }
  /** An attempt failed; whether to retry is not decided. */
  | {
      readonly phase: "failed";
      readonly node: string;
      readonly attempt: number;
      readonly end: AttemptEnd;
      readonly blocked: boolean;
    }
  /** A provider asks for money or time: the next attempt starts when a person resumes the run. */
  | {
      readonly phase: "paused";
      readonly node: string;
      readonly attempt: number;
      readonly end: AttemptEnd;
      readonly pause: Pause;
    }
  /** Retry decided and recorded; its sleep is not. */
  | { readonly phase: "retrying"; readonly node: string; readonly attempt: number }
  /** The visit is over; `checked` once the cycle breaker has counted it. */
  | {
      readonly phase: "settled";
      readonly ended: Ended;
      readonly checked: boolean;
      readonly restartCounted: boolean;
    }
  /** Nothing more will run here. */
  | { readonly phase: "done"; readonly result: ScopeResult };

export type AttemptEnd = BodyOf<"stage_attempt_end">;

export interface ScopeResult {
  readonly status: "success" | "partial_success" | "fail" | "canceled";
  readonly leftBy: BranchResult["left_by"];
  readonly lastNode: string | null;
  readonly failure: (Failure & { readonly node: string }) | null;
  /** It ended because a restart was refused. */
  readonly restartBlocked?: RestartBlocked;
}

export interface Gate {
  readonly id: string;
  readonly visit: number;
  readonly question: string;
  readonly options: readonly {
    readonly key: string;
    readonly label: string;
    readonly to: string;
    readonly edge: number;
  }[];
  readonly freeform: boolean;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly defaultChoice: string | null;
  readonly nonce: string | null;
  readonly headSha: string | null;
  readonly answer: BodyOf<"human_gate_answered"> | null;
}

export interface Pause {
  readonly provider: string;
  /** When the provider says that it may be asked again, if it does. */
  readonly until: string | null;
  /** Epoch milliseconds at which a run that nobody resumes fails. */
  readonly deadline: number;
}

export interface FanState {
  readonly visit: number;
  readonly planned: readonly PlannedBranch[];
  readonly started: Set<string>;
  readonly results: Map<string, BranchResult>;
  readonly joinNode: string | null;
  readonly policy: {
    readonly join: string;
    readonly error: string;
    readonly k: number;
    readonly maxParallel: number;
  };
  readonly baseCommit: string | null;
  /** The run was stopped while branches were open: what their join says is not the last word. */
  interrupted: boolean;
  /** Branches that were on their way when the run was stopped: a resumed run goes on with them. */
  readonly parked: Map<string, Scope>;
  /** Those of the visit that this one resumes, until they start. */
  readonly revive: ReadonlyMap<string, Scope>;
  /** Branches told to stop early, and why. */
  readonly canceled: Map<string, string>;
  /** Per branch key: money, null when no budget is set; tokens and attempts, where they are bounded. */
  reserved: Map<string, number> | null;
  reservedMore?: Partial<Record<"tokens" | "attempts", Readonly<Record<string, number>>>>;
  /** Branches whose reservation is given back. */
  readonly repaid: Set<string>;
  joined: BodyOf<"fanout_joined"> | null;
}

export interface NodeRecord {
  visits: number;
  /** Attempts started, over all visits. */
  attempts: number;
  /** Attempts of the current visit that were retried on the retry budget. */
  retries: number;
  /** Failed attempts of the current visit. */
  failures: VisitFailures | null;
  last: { readonly status: string; readonly reason: string | null; readonly commit: string | null } | null;
  /** Over all attempts, failed ones too. */
  readonly spent: NodeSpent;
}

export interface VisitFailures {
  /** Of the last one. */
  readonly class: FailureClass;
  /** How many are of a class after which a stronger model may be tried. */
  readonly escalating: number;
}

/** The trunk, or one branch: the same thing, traversed by the same code. */
export interface Scope {
  readonly key: string;
  readonly parent: string | null;
  readonly branch: PlannedBranch | null;
  readonly fan: { readonly node: string; readonly visit: number } | null;
  /** The node at which a branch ends, not executed by it. */
  readonly stopAt: string | null;
  cursor: Cursor;
  /** The edge that led to the current node, for its fidelity and thread. */
  via: number | null;
  /** In order of their last end, the latest last. */
  readonly nodes: Map<string, NodeRecord>;
  readonly completed: Set<string>;
  context: Map<string, JsonValue>;
  /** Context at the start of a branch: what it set since is its output. */
  readonly seed: ReadonlyMap<string, JsonValue> | null;
  breakers: MutableBreakers;
  /** Last failed visit that no stage has made good since (R-FAIL-8). */
  pending: (Failure & { readonly node: string }) | null;
  /** Nothing made progress in this branch: it stops, and ends as a failure. */
  stalled?: Failure & { readonly node: string };
  /** That a cancel ended it is recorded. */
  canceledExit?: boolean;
  /** Where its part of the budget was spent: with a higher one it goes on from there. */
  unpaid?: string | null;
  restarts: number;
  /** Times an exit was refused per goal gate. */
  readonly gateRetries: Map<string, number>;
  /** Goal gates that branches visited: last status. */
  readonly branchGates: Map<string, string>;
  /** Per fan-out whose join stands: branches that it went on without. */
  readonly failedBranches: Map<string, readonly string[]>;
  /** Breaker counts of branches of earlier visits, by branch identity. */
  readonly branchBreakers: Map<string, BreakerCounts>;
  /** The last fan-out that joined here, for resuming what failed of it. */
  lastFan: {
    readonly node: string;
    readonly joinNode: string | null;
    readonly results: readonly BranchResult[];
    readonly interrupted: boolean;
    readonly parked: ReadonlyMap<string, Scope>;
    readonly joined: BodyOf<"fanout_joined">;
  } | null;
  commit: string | null;
  lastNode: string | null;
  readonly startedAt: number;
  attempts: number;
  readonly usage: Map<string, Spent>;
}

export interface MutableBreakers {
  readonly cycle: Map<string, number>;
  readonly restart: Map<string, number>;
  readonly failures: Map<string, number>;
}

export interface Hop {
  readonly hop: number;
  readonly epoch: number;
  readonly plan: HopPlan;
  readonly plannedAt: number;
  status: "planned" | "claimed" | "settled" | "lost";
  by: { readonly run_id: string; readonly attempt: number } | null;
  outcome: string | null;
  /** Something ended in it, or was decided: the run is further than it was. */
  did: boolean;
  /** When the job that settled it asked to go on with what follows. */
  readonly askedAt?: number;
  /** The workflow run that may claim it without a dispatch. */
  readonly offer?: string;
}

/** Why the whole run is stopping; set once, first cause wins. */
export interface Stop {
  readonly status: "canceled" | "fail";
  readonly reason: string;
  readonly class: Cause["class"];
  readonly node: string | null;
  readonly stalled?: boolean;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface RunState {
  seq: number;
  runId: string;
  /** Epoch milliseconds of the last line. */
  now: number;
  startedAt: number;
  started: BodyOf<"run_started"> | null;
  ended: BodyOf<"run_completed"> | BodyOf<"run_failed"> | BodyOf<"run_canceled"> | null;
  endedAt: number | null;
  stop: Stop | null;
  readonly scopes: Map<string, Scope>;
  registry: SignatureRegistry;
  budget: Budget | null;
  hop: Hop | null;
  /** Hops in a row that were lost, or in which nothing was done, to bound them. */
  hopsLost: number;
  resumes: number;
  /** How long it was paused, in which no budget of minutes runs. */
  pausedMs: number;
  cxdbContext: string | null;
  usage: Map<string, Spent>;
  attempts: number;
  jobs?: number;
  /** Bounds that are nearly reached, as a warning has said. */
  warned?: readonly string[];
  /** Words for agents that none has heard. */
  steered?: readonly SteeredWords[];
  /** Branch results of joins that are over, newest last, bounded: what `final.json` lists. */
  branches: readonly BranchResult[];
  /** Agents' commands that nothing confines, in sentences; bounded. Absent in states of older versions. */
  notConfined?: readonly string[];
}

export interface SteeredWords {
  readonly id: string;
  readonly node: string;
  readonly text: string;
}

export const TRUNK = "";
