/** What an account lists. Instants are epoch milliseconds; null is what nobody measured. */
import type { Usage } from "../core/outcome.ts";
import type { Spend } from "../core/spend.ts";

export interface AttemptRow {
  readonly node: string;
  /** The branch's whole path; null is the trunk. */
  readonly branch: string | null;
  readonly visit: number;
  readonly attempt: number;
  readonly handler: string;
  readonly hop: number | null;
  /** Null: it runs still. */
  readonly status: string | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly ms: number | null;
  readonly failure: string | null;
  readonly failureClass: string | null;
  /** Below the run folder. */
  readonly folder: string | null;
  readonly usages: readonly Usage[];
  readonly spend: Spend;
}

/** Several attempts together: of a node, of a branch, of the run. */
export interface Sum {
  readonly attempts: number;
  /** Time of the attempts, one after the other; those of branches run beside each other. */
  readonly ms: number;
  readonly agentMs: number;
  readonly toolMs: number;
  readonly spend: Spend;
}

export interface NodeSum extends Sum {
  readonly node: string;
}

export interface BranchSum extends Sum {
  readonly branch: string;
  readonly status: string | null;
  /** Between its fan-out and its own start; null where the branch ran on another machine. */
  readonly queuedMs: number | null;
}

export interface HopSum extends Sum {
  readonly hop: number;
  readonly plannedAt: number | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Waiting for a runner. */
  readonly queuedMs: number | null;
  readonly outcome: string | null;
}

export interface ProviderSum {
  readonly provider: string;
  readonly model: string;
  readonly spend: Spend;
}

export interface PauseRow {
  readonly node: string;
  readonly branch: string | null;
  readonly from: number;
  readonly to: number;
  readonly why: "person" | "retry";
}

export interface Account {
  readonly runId: string;
  readonly graph: string;
  /** The run and the stage whose child this run is: they are charged with it. */
  readonly parent: {
    readonly runId: string;
    readonly node: string;
    readonly visit: number;
    readonly attempt: number;
  } | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly status: string | null;
  readonly attempts: readonly AttemptRow[];
  readonly nodes: readonly NodeSum[];
  readonly branches: readonly BranchSum[];
  readonly hops: readonly HopSum[];
  readonly providers: readonly ProviderSum[];
  readonly pauses: readonly PauseRow[];
  readonly total: Sum & {
    readonly personMs: number;
    readonly retryMs: number;
    readonly queuedMs: number;
    /** Whole minutes of every job, as GitHub counts them; null for a run that used no jobs. */
    readonly runnerMinutes: number | null;
  };
}
