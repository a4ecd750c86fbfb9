/** What a run's report says, as plain data: made from a run's state, shown at a terminal, as markdown, page or JSON. */
import type { Cause } from "../core/outcome.ts";
import type { Shown } from "../core/shown.ts";
import { mostUrgent, type NodeState, type RunOverlay } from "./overlay.ts";
import type { Picture } from "./picture.ts";

export type ReportStatus = "running" | "waiting" | "paused" | "success" | "fail" | "canceled";

export interface ReportModel {
  readonly runId: string;
  /** The graph's path or name, as a command takes it. */
  readonly graph: string;
  readonly goal: string;
  readonly status: ReportStatus;
  /** Simulated agents, fake executables or automatic answers; empty for a real run (R-RUN-5). */
  readonly notReal: readonly string[];
  /** Agents' commands that nothing kept in the worktree. */
  readonly notConfined: readonly string[];
  /** Of a run that succeeded: the branches that a join went on without. */
  readonly failedBranches: readonly string[];
  /** Where the work went, or why it is not where it was asked to be. */
  readonly work: string | null;
  /** Ends after which the run was resumed, the oldest first. */
  readonly earlier: readonly EarlierEnd[];
  /** A restart that was asked for and refused, which ended the run. */
  readonly restartBlocked: { readonly node: string; readonly target: string } | null;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly durationMs: number | null;
  /** Why it failed, in a person's words; null when it did not. */
  readonly story: Story | null;
  /** First the cause that ended the run, then those under it. Reasons are verbatim (R-FAIL-1). */
  readonly causes: readonly CauseRow[];
  /** What goes on at this moment. */
  readonly current: readonly CurrentRow[];
  /** The trunk's stages in the order of their last end. */
  readonly path: readonly PathStep[];
  readonly picture: Picture | null;
  readonly stages: readonly StageRow[];
  readonly branches: readonly BranchRow[];
  readonly gates: readonly GateRow[];
  readonly pauses: readonly ReportedPause[];
  readonly findings: readonly FindingRow[];
  readonly providers: readonly ProviderRow[];
  readonly totals: ReportedTotals;
  /** Null where the log was not at hand. */
  readonly ledger: LedgerRows | null;
  /** What to type now, the likeliest first; never empty. */
  readonly next: readonly NextStep[];
  readonly links: readonly Link[];
}

export interface Link {
  readonly title: string;
  readonly url: string;
}

export interface EarlierEnd {
  /** RFC 3339. */
  readonly at: string;
  readonly status: "fail" | "canceled";
  /** As the report said it then. */
  readonly sentence: string;
  readonly resumedBy: string;
}

export interface Story {
  /** `Monsters failed: the bestiary answered 503` */
  readonly sentence: string;
  /** `transient; retried 0 of 0 times` */
  readonly aside: string;
  /** What its class asks a person to do. */
  readonly advice: string;
}

export interface CauseRow extends Cause {
  readonly label: string;
}

export interface CurrentRow {
  readonly id: string;
  readonly label: string;
  readonly branch: string | null;
  readonly phase: "starting" | "running" | "retry_wait" | "waiting" | "paused" | "fan_out";
}

export interface PathStep {
  readonly id: string;
  readonly label: string;
  readonly state: NodeState;
  readonly visits: number;
}

export interface ReportedSpending {
  readonly durationMs: number | null;
  readonly tokens: number | null;
  /** What is known to be spent, and whether that is all (R-OBS-1). */
  readonly costUsd: number | null;
  readonly costComplete: boolean;
}

export interface StageRow extends ReportedSpending {
  readonly id: string;
  readonly label: string;
  readonly state: NodeState;
  readonly visits: number;
  readonly attempts: number;
  readonly branchKey?: string;
}

export interface BranchRow extends ReportedSpending {
  readonly key: string;
  /** Its item, or the name of the stage that it begins with. */
  readonly label: string;
  readonly fanOut: string;
  readonly state: NodeState;
  readonly cause: Cause | null;
}

export interface GateRow {
  readonly id: string;
  readonly question: string;
  readonly choices: readonly string[];
  /** RFC 3339. */
  readonly deadline: string | null;
  /** What happens at the deadline; null: the gate fails. */
  readonly defaultChoice: string | null;
  /** What is to be approved. */
  readonly shows: readonly Shown[];
}

/** A stage whose provider asks for money or time. */
export interface ReportedPause {
  readonly id: string;
  readonly branchKey: string | null;
  readonly provider: string;
  readonly reason: string;
  /** RFC 3339: when the provider may be asked again, if it says so; and when the stage fails. */
  readonly until: string | null;
  readonly deadline: string;
}

export interface FindingRow {
  readonly code: string;
  readonly severity: "error" | "warning" | "info";
  readonly title: string;
  readonly evidence: string;
  readonly advice: string;
}

export interface ProviderRow {
  readonly provider: string;
  readonly model: string;
  readonly calls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
  readonly costComplete: boolean;
}

export interface ReportedTotals extends ReportedSpending {
  readonly attempts: number;
}

/** What only the log tells: each attempt, each hop, and the time in which nothing ran. */
export interface LedgerRows {
  readonly attempts: readonly AttemptLine[];
  readonly hops: readonly HopLine[];
  readonly agentMs: number;
  readonly toolMs: number;
  /** Waiting for people, before retries, for runners and places. */
  readonly personMs: number;
  readonly retryMs: number;
  readonly queuedMs: number;
  readonly runnerMinutes: number | null;
}

export interface AttemptLine extends ReportedSpending {
  readonly id: string;
  readonly branchKey: string | null;
  readonly visit: number;
  readonly attempt: number;
  readonly handler: string;
  readonly state: NodeState;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly failure: string | null;
  readonly failureClass: string | null;
  /** Below the run folder. */
  readonly folder: string | null;
}

export interface HopLine extends ReportedSpending {
  readonly hop: number;
  readonly outcome: string | null;
  readonly queuedMs: number | null;
  readonly attempts: number;
}

export interface NextStep {
  readonly command: string;
  readonly why: string;
  /** Where the same can be seen or done with the mouse. */
  readonly url?: string;
}

/** The states for the drawing. A node that ran in several branches shows its most urgent row. */
export function overlayOf(report: ReportModel): RunOverlay {
  const byId = Map.groupBy(report.stages, (row) => row.id);
  return {
    nodes: [...byId].map(([id, rows]) => ({
      id,
      state: mostUrgent(rows.map((row) => row.state)),
      visits: rows.reduce((sum, row) => sum + row.visits, 0),
      durationMs: sumKnown(rows.map((row) => row.durationMs)),
    })),
  };
}

function sumKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
