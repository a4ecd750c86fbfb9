/** What a suite amounts to. */

import { newest } from "../actions/record.ts";
import type { CheckRun, CheckSuite } from "../state/records.ts";

const WORST_FIRST = [
  "failure",
  "timed_out",
  "cancelled",
  "action_required",
  "success",
  "neutral",
  "skipped",
] as const;

export function suiteStatus(suite: CheckSuite): { status: string; conclusion: string | null } {
  const run = [...suite.repository.runs.values()].find((one) => one.suite === suite);
  if (run !== undefined) {
    const { status, conclusion } = newest(run);
    return { status, conclusion };
  }
  const latest = latestByName(suite.checks);
  if (latest.length === 0) return { status: "queued", conclusion: null };
  if (latest.some(({ status }) => status !== "completed")) return { status: "in_progress", conclusion: null };
  const conclusions = latest.map(({ conclusion }) => conclusion);
  return {
    status: "completed",
    conclusion: WORST_FIRST.find((one) => conclusions.includes(one)) ?? "success",
  };
}

export function latestByName(checks: readonly CheckRun[]): CheckRun[] {
  return [...new Map(checks.map((check) => [`${check.suite.app.id} ${check.name}`, check])).values()];
}
