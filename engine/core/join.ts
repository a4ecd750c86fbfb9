/** When a fan-out is decided, and how. One function, generated into the published truth table (R-FAN-4, R-FAN-11). */

import type { FailureClass } from "../failure/classes.ts";
import { clip } from "../failure/clip.ts";
import type { ErrorPolicy, JoinPolicy } from "../graph/pipeline.ts";

export interface JoinRule {
  readonly join: JoinPolicy;
  readonly error: ErrorPolicy;
  /** For `k_of_n`; for `quorum` the fraction already turned into a count of all branches. */
  readonly k: number;
}

export interface BranchEnd {
  readonly key: string;
  readonly status: "success" | "partial_success" | "fail" | "canceled";
  readonly class: FailureClass | null;
  readonly reason: string | null;
}

export type JoinVerdict =
  | { readonly decided: false; readonly stopRest: string | null }
  | {
      readonly decided: true;
      readonly status: "success" | "partial_success" | "fail" | "canceled";
      readonly class: FailureClass | null;
      readonly reason: string | null;
      readonly explanation: string;
    };

export function judgeJoin(rule: JoinRule, total: number, ends: readonly BranchEnd[]): JoinVerdict {
  const good = ends.filter((end) => end.status === "success" || end.status === "partial_success").length;
  const failed = ends.filter((end) => end.status === "fail");
  if (ends.length < total) return { decided: false, stopRest: earlyEnd(rule, good, failed) };
  return { decided: true, ...final(rule, total, good, failed, ends) };
}

/** Why running branches need not go on; null while they matter. */
function earlyEnd(rule: JoinRule, good: number, failed: readonly BranchEnd[]): string | null {
  if (rule.join === "first_success" && good >= 1) return "first_success: one branch succeeded";
  if (rule.join === "k_of_n" && good >= rule.k)
    return `k_of_n: ${good} of ${rule.k} needed branches succeeded`;
  const [first] = failed;
  if (rule.error === "fail_fast" && first) return `fail_fast: branch ${first.key} failed`;
  return null;
}

function final(
  rule: JoinRule,
  total: number,
  good: number,
  failed: readonly BranchEnd[],
  ends: readonly BranchEnd[],
) {
  const count = `${good} of ${total} branches succeeded`;
  const ok = (status: "success" | "partial_success", explanation: string) =>
    ({ status, class: null, reason: null, explanation }) as const;
  if (total === 0) return ok("success", "no branch was asked for");
  if (good === 0) return nothingGood(ends);
  if (satisfied(rule, total, good, failed.length)) {
    const whole = good === total || rule.join !== "wait_all" || rule.error === "ignore";
    return ok(whole ? "success" : "partial_success", `${rule.join}: ${count}`);
  }
  const why = rule.error === "fail_fast" && failed.length > 0 ? "fail_fast" : rule.join;
  const needed =
    why === "fail_fast" ? "no failure was allowed" : `${need(rule, total, failed.length)} were needed`;
  const reason = `join policy ${why} missed: ${count}, ${needed}${causes(ends)}`;
  return {
    status: "fail",
    class: classOf(failed.length > 0 ? failed : ends),
    reason,
    explanation: reason,
  } as const;
}

/** wait_all takes what succeeded; the others need their number. `ignore` takes failed branches out of the count. */
function satisfied(rule: JoinRule, total: number, good: number, failed: number): boolean {
  switch (rule.join) {
    case "first_success":
      return true;
    case "wait_all":
      return rule.error !== "fail_fast" || failed === 0;
    case "k_of_n":
    case "quorum":
      return good >= need(rule, total, failed);
  }
}

function need(rule: JoinRule, total: number, failed: number): number {
  if (rule.join === "wait_all" || rule.join === "first_success") return 1;
  if (rule.error !== "ignore" || rule.join === "k_of_n") return rule.k;
  // A quorum of those that count: failed ones are out, at least one must stay.
  return Math.max(1, Math.ceil((rule.k / total) * (total - failed)));
}

function nothingGood(ends: readonly BranchEnd[]) {
  const canceled = ends.every((end) => end.status === "canceled");
  const reason = canceled
    ? `all parallel branches were canceled${causes(ends)}`
    : `all parallel branches failed${causes(ends)}`;
  return {
    status: canceled ? "canceled" : "fail",
    class: classOf(ends),
    reason,
    explanation: reason,
  } as const;
}

/** transient when every one was, canceled when every one was, else deterministic (R-FAN-2). */
function classOf(ends: readonly BranchEnd[]): FailureClass {
  const classes = new Set(ends.map(classOfEnd));
  if (classes.size === 1) {
    const [only] = classes;
    if (only === "transient_infra" || only === "canceled") return only;
  }
  return "deterministic";
}

/** A branch that failed was not canceled, whatever its cause calls itself (R-FAIL-4). */
function classOfEnd(end: BranchEnd): FailureClass {
  if (end.status === "canceled") return "canceled";
  return end.class === null || end.class === "canceled" ? "deterministic" : end.class;
}

const PER_BRANCH = 600;

function causes(ends: readonly BranchEnd[]): string {
  const told = ends.filter((end) => end.status === "fail" || end.status === "canceled");
  if (told.length === 0) return "";
  // Thousands may have failed, and their causes are in one event.
  return clip(`; ${told.map((end) => `${end.key}: ${short(end.reason ?? end.status)}`).join("; ")}`).text;
}

const short = (text: string): string =>
  text.length > PER_BRANCH ? `${text.slice(0, PER_BRANCH)} […]` : text;
