/** The account as CSV (RFC 4180): one line per attempt, hop, or what else is summed. What nobody measured is an empty field. */

import type { Spend } from "../core/spend.ts";
import type { Account, AttemptRow, BranchSum, HopSum, NodeSum, ProviderSum, Sum } from "./rows.ts";

export const CSV_SCOPES = ["attempt", "node", "branch", "hop", "provider", "run"] as const;
export type CsvScope = (typeof CSV_SCOPES)[number];

type Cell = string | number | null;
type Column<R> = readonly [name: string, cell: (row: R) => Cell];

export function accountCsv(account: Account, scope: CsvScope): string {
  switch (scope) {
    case "attempt":
      return csv(account, ATTEMPT, account.attempts);
    case "node":
      return csv(account, NODE, account.nodes);
    case "branch":
      return csv(account, BRANCH, account.branches);
    case "hop":
      return csv(account, HOP, account.hops);
    case "provider":
      return csv(account, PROVIDER, account.providers);
    case "run":
      return csv(account, RUN, [account]);
  }
}

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

const spend = <R>(of: (row: R) => Spend): Column<R>[] => [
  ["model_calls", (row) => of(row).calls],
  ["input_tokens", (row) => of(row).input],
  ["output_tokens", (row) => of(row).output],
  ["cache_read_tokens", (row) => of(row).cacheRead],
  ["cache_write_tokens", (row) => of(row).cacheWrite],
  ["reasoning_tokens", (row) => of(row).reasoning],
  ["cost_usd_known", (row) => of(row).usd],
  ["cost_complete", (row) => (of(row).unpriced === 0 ? "true" : "false")],
];

const sum = <R>(of: (row: R) => Sum): Column<R>[] => [
  ["attempts", (row) => of(row).attempts],
  ["duration_ms", (row) => of(row).ms],
  ["agent_ms", (row) => of(row).agentMs],
  ["tool_ms", (row) => of(row).toolMs],
  ...spend<R>((row) => of(row).spend),
];

const ATTEMPT: readonly Column<AttemptRow>[] = [
  ["node_id", (row) => row.node],
  ["branch_key", (row) => row.branch],
  ["hop", (row) => row.hop],
  ["visit", (row) => row.visit],
  ["attempt", (row) => row.attempt],
  ["handler", (row) => row.handler],
  ["status", (row) => row.status],
  ["failure_class", (row) => row.failureClass],
  ["started_at", (row) => instant(row.startedAt)],
  ["ended_at", (row) => instant(row.endedAt)],
  ["duration_ms", (row) => row.ms],
  ...spend<AttemptRow>((row) => row.spend),
];

const NODE: readonly Column<NodeSum>[] = [["node_id", (row) => row.node], ...sum<NodeSum>((row) => row)];

const BRANCH: readonly Column<BranchSum>[] = [
  ["branch_key", (row) => row.branch],
  ["status", (row) => row.status],
  ["queued_ms", (row) => row.queuedMs],
  ...sum<BranchSum>((row) => row),
];

const HOP: readonly Column<HopSum>[] = [
  ["hop", (row) => row.hop],
  ["outcome", (row) => row.outcome],
  ["planned_at", (row) => instant(row.plannedAt)],
  ["started_at", (row) => instant(row.startedAt)],
  ["ended_at", (row) => instant(row.endedAt)],
  ["queued_ms", (row) => row.queuedMs],
  ...sum<HopSum>((row) => row),
];

const PROVIDER: readonly Column<ProviderSum>[] = [
  ["provider", (row) => row.provider],
  ["model", (row) => row.model],
  ...spend<ProviderSum>((row) => row.spend),
];

const RUN: readonly Column<Account>[] = [
  ["status", (row) => row.status],
  ["started_at", (row) => instant(row.startedAt)],
  ["ended_at", (row) => instant(row.endedAt)],
  ["person_wait_ms", (row) => row.total.personMs],
  ["retry_wait_ms", (row) => row.total.retryMs],
  ["queued_ms", (row) => row.total.queuedMs],
  ["runner_minutes", (row) => row.total.runnerMinutes],
  ...sum<Account>((row) => row.total),
];

function csv<R>(
  { runId, graph, parent }: Account,
  columns: readonly Column<R>[],
  rows: readonly R[],
): string {
  const about = [runId, graph, parent?.runId ?? null];
  return [
    ["run_id", "graph", "parent_run_id", ...columns.map(([name]) => name)],
    ...rows.map((row) => [...about, ...columns.map(([, cell]) => cell(row))]),
  ]
    .map((cells) => `${cells.map(field).join(",")}\r\n`)
    .join("");
}

/** A spreadsheet takes what begins so for a formula and runs it. */
const FORMULA = /^[=+\-@\t\r]/;

function field(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
