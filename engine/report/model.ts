/** What a run's report says, as plain data: made from a run's state, shown as markdown, page or JSON. */
import type { Cause } from "../core/outcome.ts";
import { mostUrgent, type NodeState, type RunOverlay } from "./overlay.ts";
import type { Picture } from "./picture.ts";

export type ReportStatus = "running" | "waiting" | "success" | "fail" | "canceled";

export interface RunReport {
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
  /** A restart that was asked for and refused, which ended the run. */
  readonly restartBlocked: { readonly node: string; readonly target: string } | null;
  readonly durationMs: number | null;
  /** Why, first the one that ended the run, then those under it. Reasons are verbatim (R-FAIL-1). */
  readonly causes: readonly Cause[];
  readonly picture: Picture | null;
  readonly stages: readonly StageRow[];
  readonly branches: readonly BranchRow[];
  readonly gates: readonly GateRow[];
  readonly findings: readonly FindingRow[];
  readonly totals: Totals;
  /** What to type now, the likeliest first; never empty. */
  readonly next: readonly NextStep[];
  readonly links: readonly { readonly title: string; readonly url: string }[];
}

export interface Spent {
  readonly durationMs: number | null;
  readonly tokens: number | null;
  /** What is known to be spent, and whether that is all (R-OBS-1). */
  readonly costUsd: number | null;
  readonly costComplete: boolean;
}

export interface StageRow extends Spent {
  readonly id: string;
  readonly label: string;
  readonly state: NodeState;
  readonly visits: number;
  readonly attempts: number;
  readonly branchKey?: string;
}

export interface BranchRow extends Spent {
  readonly key: string;
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
}

export interface FindingRow {
  readonly code: string;
  readonly severity: "error" | "warning" | "info";
  readonly title: string;
  readonly evidence: string;
  readonly advice: string;
}

export interface Totals extends Spent {
  readonly attempts: number;
}

export interface NextStep {
  readonly command: string;
  readonly why: string;
}

/** The states for the drawing. A node that ran in several branches shows its most urgent row. */
export function overlayOf(report: RunReport): RunOverlay {
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
