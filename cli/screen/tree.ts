/** Rows as lines of a terminal: one each, never wider than it. */
import { stripVTControlCharacters, styleText } from "node:util";
import { charColumns } from "../../engine/report/text-columns.ts";
import { durationText } from "../../engine/report/units.ts";
import type { Row, RowState } from "./tree-of-state.ts";

export interface TreeStyle {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly width: number;
  readonly color: boolean;
}

const SIGNS = {
  pending: ["·", "gray"],
  running: ["▸", "cyan"],
  waiting: ["?", "yellow"],
  success: ["✓", "green"],
  fail: ["✗", "red"],
  canceled: ["-", "gray"],
} as const satisfies Record<RowState, readonly [string, string]>;

export const treeLines = (rows: readonly Row[], style: TreeStyle): string[] =>
  rows.map((row) => rowLine(row, style));

function rowLine(row: Row, { now, width, color }: TreeStyle): string {
  const [sign, hue] = SIGNS[row.state];
  const spent = row.since === null ? row.ms : Math.max(0, now - row.since);
  const counts = [
    ...(row.visits > 1 ? [`visit ${row.visits}`] : []),
    ...(row.attempts > row.visits ? [`${row.attempts} attempts`] : []),
  ].join(", ");
  const said = [
    row.name,
    ...(spent === null ? [] : [durationText(spent)]),
    ...(counts === "" ? [] : [`(${counts})`]),
    ...(row.note === null ? [] : [`  ${oneLine(row.note)}`]),
  ].join(" ");
  const indent = "  ".repeat(row.depth);
  const text = cut(said, Math.max(1, width - indent.length - 3));
  return `${indent}${color ? styleText(hue, sign, { validateStream: false }) : sign} ${text}`;
}

/** Stages say what they like; nothing of it may move the cursor. */
const oneLine = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim();

/** By columns of the terminal. */
function cut(text: string, columns: number): string {
  let used = 0;
  let kept = "";
  for (const char of text) {
    used += charColumns(char);
    if (used > columns) return `${kept.slice(0, -1)}…`;
    kept += char;
  }
  return kept;
}
