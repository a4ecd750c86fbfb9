/** The typed graph that everything after the graph room works on: values read once, defaults applied. */
import type { Condition } from "./condition.ts";
import type { HandlerType } from "./handler-type.ts";
import type { InputSpec } from "./input-specs.ts";

export type JoinPolicy = "wait_all" | "first_success" | "k_of_n" | "quorum";
export type ErrorPolicy = "continue" | "fail_fast" | "ignore";
/** How branch work comes together: nothing, the winner's commits, or every branch's. */
export type MergePolicy = "winner" | "all" | "none";
export type Fidelity = "full" | "truncate" | "compact" | "summary:low" | "summary:medium" | "summary:high";

export interface Backoff {
  readonly initialDelayMs: number;
  readonly factor: number;
  readonly maxDelayMs: number;
  readonly jitter: boolean;
}

export interface FanOut {
  readonly joinPolicy: JoinPolicy;
  readonly errorPolicy: ErrorPolicy;
  readonly k: number;
  readonly quorumFraction: number;
  readonly maxParallel: number;
  /** Context key whose list value decides the branches at run time; null: one branch per outgoing edge. */
  readonly itemsKey: string | null;
}

export interface Manager {
  readonly childDotfile: string | null;
  readonly childWorkdir: string | null;
  readonly childAutostart: boolean;
  readonly pollIntervalMs: number;
  readonly maxCycles: number;
  readonly stopCondition: Condition | null;
  readonly actions: readonly ("observe" | "steer" | "wait")[];
}

export interface Stage {
  readonly id: string;
  readonly handler: HandlerType;
  /** The `type` attribute when it names a custom handler of the library; null otherwise. */
  readonly customType: string | null;
  readonly label: string;
  readonly prompt: string;
  readonly toolCommand: string | null;
  /** Additional attempts after the first; the graph's default is already applied. */
  readonly maxRetries: number;
  /** Classes that are tried again in place because the author asked for it. */
  readonly retryOn: readonly ("budget_exhausted" | "compilation_loop")[];
  readonly backoff: Backoff;
  readonly goalGate: boolean;
  readonly retryTarget: string | null;
  readonly fallbackRetryTarget: string | null;
  /** null: the run's own policy decides. */
  readonly timeoutMs: number | null;
  readonly autoStatus: boolean;
  readonly allowPartial: boolean;
  readonly fidelity: Fidelity | null;
  readonly threadId: string | null;
  readonly classes: readonly string[];
  readonly llmModel: string | null;
  readonly llmProvider: string | null;
  readonly reasoningEffort: string;
  readonly maxAgentTurns: number | null;
  readonly escalationModels: readonly { readonly provider: string; readonly model: string }[];
  readonly fanOut: FanOut | null;
  readonly merge: MergePolicy;
  readonly manager: Manager | null;
  readonly humanDefaultChoice: string | null;
  /** How long a gate waits, default 7 days. */
  readonly humanTimeoutMs: number;
  readonly humanFreeform: boolean;
  /** Tool stage of the base ref's graph that must have sudo or docker. */
  readonly privileged: boolean;
  /** Paths (globs) that must exist in the worktree after success. */
  readonly outputs: readonly string[];
  /** Money a branch that starts here may spend, when the author says so. */
  readonly budgetUsd: number | null;
  /** Every attribute as text, custom ones included. */
  readonly attrs: ReadonlyMap<string, string>;
}

export interface Route {
  /** GraphEdge.index: declaration order, the edge's identity. */
  readonly index: number;
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly condition: Condition | null;
  /** As the author wrote it, "" when unconditional. */
  readonly conditionText: string;
  readonly weight: number;
  readonly loopRestart: boolean;
  readonly fidelity: Fidelity | null;
  readonly threadId: string | null;
}

/** Bounds that end loops, with the documented defaults applied. */
export interface Limits {
  /** `loop_restart_signature_limit`: same signature this often ends the run. Default 3. */
  readonly signatureLimit: number;
  /** `max_restarts`, default 50. */
  readonly maxRestarts: number;
  /** `max_node_visits`: so often a node is visited at most, whatever its outcomes. Default 200: every loop ends. */
  readonly maxNodeVisits: number;
  /** `max_node_failures` (R-BRK-3): failed ends of one node with no success of its own between. Default 8. */
  readonly maxNodeFailures: number;
  /** `retries_before_escalation`, default 2. */
  readonly retriesBeforeEscalation: number;
}

export interface Pipeline {
  readonly name: string;
  readonly goal: string;
  readonly label: string;
  readonly attrs: ReadonlyMap<string, string>;
  readonly stages: ReadonlyMap<string, Stage>;
  /** Outgoing routes per stage id, in declaration order. Every stage id has an entry. */
  readonly out: ReadonlyMap<string, readonly Route[]>;
  readonly into: ReadonlyMap<string, readonly Route[]>;
  readonly start: string;
  readonly exits: ReadonlySet<string>;
  readonly retryTarget: string | null;
  readonly fallbackRetryTarget: string | null;
  readonly defaultFidelity: Fidelity;
  readonly defaultThread: string | null;
  readonly restartPersistKeys: readonly string[];
  /** The inputs that the graph declares. */
  readonly inputSpecs: readonly InputSpec[];
  readonly limits: Limits;
}
