/** What several parts of a report share: marks, costs, causes. */
import type { Cause } from "../../core/outcome.ts";
import { codeBlock, inlineCode } from "../escape.ts";
import type { Spent } from "../model.ts";
import type { NodeState } from "../overlay.ts";
import { truncateText } from "../truncate.ts";
import { count, duration, money } from "../units.ts";

/** A part in several forms, the richest first, so that the whole can be made to fit. An empty form leaves it out. */
export type Forms = readonly string[];

export const MARKS: Readonly<Record<NodeState, string>> = {
  pending: "▫️",
  running: "⏳",
  waiting: "✋",
  success: "✅",
  fail: "❌",
  canceled: "⏹️",
  skipped: "⏭️",
};

/** Longer tables are folded. */
export const MANY_ROWS = 20;

export function causeBlock(cause: Cause, limit: number): string {
  const branch = cause.branch_key === undefined ? "" : ` in branch ${inlineCode(cause.branch_key)}`;
  const signature = cause.signature === "" ? "" : `, signature ${inlineCode(shorten(cause.signature, 200))}`;
  return `${inlineCode(cause.node_id)}${branch}, ${inlineCode(cause.class)}${signature}\n\n${codeBlock(truncateText(cause.reason, limit), "text")}`;
}

export function spent(row: Spent): string {
  return `${duration(row.durationMs)} | ${row.tokens === null ? "–" : count(row.tokens)} | ${costCell(row)}`;
}

export function cost({ costUsd, costComplete }: Spent): string {
  if (costComplete) return money(costUsd);
  return costUsd ? `${money(costUsd)} known, not complete` : "cost unknown";
}

function costCell({ costUsd, costComplete }: Spent): string {
  if (costComplete) return money(costUsd);
  return costUsd ? `≥ ${money(costUsd)}` : "unknown";
}

export function shorten(text: string, max: number): string {
  return truncateText(text.replace(/\s+/g, " "), max);
}
