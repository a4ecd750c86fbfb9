/** Attempts added up: by node, by branch, by hop, by provider. */
import type { BranchResult } from "../core/events/flow.ts";
import type { Usage } from "../core/outcome.ts";
import type { Spent } from "../core/spend.ts";
import { addUsage, addUsageTo, noSpend } from "../core/usage.ts";
import type { AttemptRow, NodeSum, ProviderSum, Sum } from "./rows.ts";

const AGENTS = new Set(["agent", "parallel.fan_in"]);

export interface OpenSum extends Sum {
  attempts: number;
  ms: number;
  agentMs: number;
  toolMs: number;
}

export const openSum = (): OpenSum => ({ attempts: 0, ms: 0, agentMs: 0, toolMs: 0, spend: noSpend() });

export function addAttempt(sum: OpenSum, row: AttemptRow): void {
  const ms = row.ms ?? 0;
  sum.attempts += 1;
  sum.ms += ms;
  if (AGENTS.has(row.handler)) sum.agentMs += ms;
  if (row.handler === "tool") sum.toolMs += ms;
  for (const usage of row.usages) addUsageTo(sum.spend, usage);
}

/** A branch of which this log has the result and nothing else. */
export function addResult(sum: OpenSum, result: BranchResult): void {
  sum.attempts += result.attempts;
  sum.ms += result.duration_ms;
  for (const usage of result.usage) addUsageTo(sum.spend, usage);
}

export function byNode(attempts: readonly AttemptRow[]): NodeSum[] {
  const groups = Map.groupBy(attempts, (row) => row.node);
  return [...groups].map(([node, rows]) => ({ node, ...sumOf(rows) }));
}

export function sumOf(rows: readonly AttemptRow[]): OpenSum {
  const sum = openSum();
  for (const row of rows) addAttempt(sum, row);
  return sum;
}

export function byProvider(usages: readonly Usage[]): ProviderSum[] {
  const found = new Map<string, Spent>();
  for (const usage of usages) addUsage(found, usage);
  return [...found.values()].map(({ provider, model, ...spend }) => ({ provider, model, spend }));
}
