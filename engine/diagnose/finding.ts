/** What a diagnosis says: a stable code, what was seen and where, and what to do. */
export const FINDING_CODES = [
  "NO_TERMINAL_RECORD",
  "STALLED",
  "BUDGET_EXCEEDED",
  "GATE_UNANSWERED",
  "ORPHANED_BRANCH",
  "STATUS_CONTRACT_MISMATCH",
  "LOST_CAUSE",
  "TURN_LIMIT_LOOP",
  "LOOP_SIGNATURE",
  "FRAGMENTED_SIGNATURES",
  "BREAKER_BLIND",
  "PRE_FANOUT_CHURN",
  "PATCH_FORMAT_ERRORS",
  "UNFINISHED_ATTEMPT",
  "STALE_HEARTBEAT",
  "STALE_LIVE",
  "STALE_CHECKPOINT",
  "RETRIES_NOT_RECORDED",
  "CHECKPOINT_BLOAT",
  "CONTEXT_BLOAT",
  "WARNING_FLOOD",
  "BRANCHES_INVISIBLE",
  "DAMAGED_FILE",
  "COST_UNKNOWN",
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];
export type FindingSeverity = "error" | "warning" | "info";

/** One place that shows it. */
export interface Where {
  /** Relative to the run folder. */
  readonly file?: string;
  readonly line?: number;
  readonly seq?: number;
  readonly ts?: string;
  readonly node?: string;
  readonly branch?: string;
}

export interface Finding {
  readonly code: FindingCode;
  readonly severity: FindingSeverity;
  readonly title: string;
  readonly evidence: string;
  readonly advice: string;
  readonly where: readonly Where[];
  /** The counts and times of the evidence, for programs. */
  readonly numbers: Readonly<Record<string, number>>;
}

export type Found = Omit<Finding, "code">;
