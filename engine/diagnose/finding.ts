/** What a diagnosis says: a stable code, what was seen, and what to do. */
export type FindingCode =
  | "NO_TERMINAL_RECORD"
  | "STATUS_CONTRACT_MISMATCH"
  | "LOOP_SIGNATURE"
  | "ORPHANED_BRANCH"
  | "STALLED"
  | "BUDGET_EXCEEDED"
  | "GATE_UNANSWERED";

export interface Finding {
  readonly code: FindingCode;
  readonly severity: "error" | "warning" | "info";
  readonly title: string;
  readonly evidence: string;
  readonly advice: string;
}
