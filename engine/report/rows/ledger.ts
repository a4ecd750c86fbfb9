/** What the log tells beside the state: attempts, hops, and the time in which nothing ran. */
import { accountOf } from "../../accounting/account.ts";
import type { AttemptRow, Sum } from "../../accounting/rows.ts";
import type { RunEvent } from "../../core/events.ts";
import { DECIDED } from "../../core/pure-stages.ts";
import type { Spend } from "../../core/spend.ts";
import { tokensIn } from "../../core/usage.ts";
import type { AttemptLine, LedgerRows, ReportedSpending } from "../model.ts";
import { nodeState } from "./states.ts";

export function ledgerRows(events: readonly RunEvent[], now: number): LedgerRows {
  const { attempts, hops, total } = accountOf(events, now);
  const { agentMs, toolMs, personMs, retryMs, queuedMs, runnerMinutes } = total;
  return {
    attempts: attempts.filter((row) => !DECIDED.has(row.handler)).map(attemptLine),
    hops: hops.map((hop) => ({
      hop: hop.hop,
      outcome: hop.outcome,
      queuedMs: hop.queuedMs,
      attempts: hop.attempts,
      ...spentOf(hop.spend, between(hop.startedAt, hop.endedAt)),
    })),
    agentMs,
    toolMs,
    personMs,
    retryMs,
    queuedMs,
    runnerMinutes,
  };
}

const attemptLine = (row: AttemptRow): AttemptLine => ({
  id: row.node,
  branchKey: row.branch,
  visit: row.visit,
  attempt: row.attempt,
  handler: row.handler,
  state: row.status === null ? "running" : nodeState(row.status),
  startedAt: new Date(row.startedAt).toISOString(),
  failure: row.failure,
  failureClass: row.failureClass,
  folder: row.folder,
  ...spentOf(row.spend, row.ms),
});

const spentOf = (spend: Spend, durationMs: Sum["ms"] | null): ReportedSpending => ({
  durationMs,
  tokens: tokensIn(spend),
  costUsd: spend.usd,
  costComplete: spend.unpriced === 0,
});

const between = (from: number | null, to: number | null): number | null =>
  from === null || to === null ? null : to - from;
