/** What an attempt's outcome is, given how its process ended and what its status file says. Pure. */

import { isFailure, type Outcome } from "../core/outcome.ts";
import type { Evidence } from "../failure/evidence.ts";
import { REASON_BYTES } from "./reason.ts";
import type { Ingested } from "./status/ingest.ts";
import { cutMiddle } from "./text.ts";

export interface Ending {
  readonly evidence: Evidence;
  /** Why the process failed, when its evidence says that it did. */
  readonly problem: string | null;
  readonly ingested: Ingested;
  /** What a clean end without a status means: a tool follows its exit code, an agent must ask for it (auto_status). */
  readonly silence: "success" | "auto_status" | "fail";
}

export interface Judged {
  readonly outcome: Outcome;
  readonly evidence: Evidence;
}

/** Evidence that outweighs whatever a file claims (R-STAT-5). */
export const endedBadly = (evidence: Evidence): boolean =>
  evidence.canceled === true ||
  evidence.timed_out === true ||
  evidence.signal !== undefined ||
  evidence.error_code !== undefined ||
  (evidence.http_status !== undefined && evidence.http_status >= 400) ||
  (typeof evidence.exit_code === "number" && evidence.exit_code !== 0);

export function judge({ evidence, problem, ingested, silence }: Ending): Judged {
  if (endedBadly(evidence))
    return { evidence, outcome: afterCrash(evidence, problem ?? "it failed", ingested) };
  if (ingested.kind === "found") return { evidence, outcome: ingested.outcome };
  if (ingested.kind === "missing" && silence !== "fail") return { evidence, outcome: silentSuccess(silence) };
  const reason =
    ingested.kind === "invalid"
      ? `invalid status file: ${ingested.reports.join("; ")}`
      : `missing status.json (auto_status=false); looked at ${ingested.looked.join("; ")}`;
  return {
    // Typed, so that words quoted from the file cannot classify the failure.
    evidence: { ...evidence, error_code: "status_contract" },
    outcome: failure(reason),
  };
}

function afterCrash(evidence: Evidence, problem: string, ingested: Ingested): Outcome {
  if (ingested.kind === "missing") return failure(problem);
  if (ingested.kind === "invalid")
    return failure(`${problem}; invalid status file: ${ingested.reports.join("; ")}`);
  const { outcome, path } = ingested;
  if (!isFailure(outcome.status)) {
    return failure(`${problem}; ${path} claims "${outcome.status}", which a process that failed cannot`);
  }
  // The stage's own account is the better one, unless it was cut off.
  if (!evidence.canceled && !evidence.timed_out) return outcome;
  return {
    ...outcome,
    status: "fail",
    failure_reason: bounded(`${problem}; it had said: ${outcome.failure_reason}`),
  };
}

const failure = (reason: string): Outcome => ({ status: "fail", failure_reason: bounded(reason) });

const bounded = (reason: string): string => cutMiddle(reason, REASON_BYTES);

function silentSuccess(silence: "success" | "auto_status"): Outcome {
  if (silence === "success") return { status: "success" };
  return { status: "success", notes: "auto-status: handler completed without writing status" };
}
