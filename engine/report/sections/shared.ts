/** What several parts of a report share: marks, tables, causes. */
import type { Cause } from "../../core/outcome.ts";
import { type Column, shownColumns } from "../columns.ts";
import { codeBlock, escapeCell, inlineCode } from "../escape.ts";
import type { NodeState } from "../overlay.ts";
import { truncateText } from "../truncate.ts";

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

/** As it was recorded, for who looks closer. */
export function causeBlock(cause: Cause, limit: number): string {
  const branch = cause.branch_key === undefined ? "" : ` in branch ${inlineCode(cause.branch_key)}`;
  const signature = cause.signature === "" ? "" : `, signature ${inlineCode(shorten(cause.signature, 200))}`;
  return `${inlineCode(cause.node_id)}${branch}, ${inlineCode(cause.class)}${signature}\n\n${codeBlock(truncateText(cause.reason, limit), "text")}`;
}

/** `lead` columns are markdown already made safe; the others are plain text. `all` decides which columns stand. */
export function table<R>(
  lead: readonly { readonly title: string; readonly cell: (row: R) => string }[],
  columns: readonly Column<R>[],
  shown: readonly R[],
  all: readonly R[],
  tail: readonly { readonly title: string; readonly cell: (row: R) => string }[] = [],
): string {
  const kept = shownColumns(columns, all);
  const last = tail.filter(({ cell }) => all.some((row) => cell(row) !== ""));
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    line([...lead, ...kept, ...last].map(({ title }) => title)),
    `|${lead.map(() => "---|").join("")}${kept.map(() => "--:|").join("")}${last.map(() => "---|").join("")}`,
    ...shown.map((row) =>
      line([
        ...lead.map(({ cell }) => cell(row)),
        ...kept.map((column) => escapeCell(column.text(row))),
        ...last.map(({ cell }) => cell(row)),
      ]),
    ),
  ].join("\n");
}

export const safeUrl = (url: string): boolean => /^https?:\/\/[^\s<>()]+$/.test(url);

export const capitalized = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** Words of ours that may repeat some of theirs: what stands between backticks is code, the rest is text. */
export const prose = (text: string): string =>
  text
    .split(/`([^`\n]+)`/)
    .map((part, at) => (at % 2 === 1 ? inlineCode(part) : escapeCell(part)))
    .join("");

export function shorten(text: string, max: number): string {
  return truncateText(text.replace(/\s+/g, " "), max);
}
