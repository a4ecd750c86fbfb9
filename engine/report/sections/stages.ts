/** The table of stages. */
import { details, escapeCell, inlineCode } from "../escape.ts";
import type { RunReport } from "../model.ts";
import { truncateText } from "../truncate.ts";
import { count, plural } from "../units.ts";
import { type Forms, MANY_ROWS, MARKS, spent } from "./shared.ts";

export function stages({ stages: rows }: RunReport): Forms {
  if (rows.length === 0) return [""];
  const head = "| | Stage | Visits | Attempts | Time | Tokens | Cost |\n|---|---|--:|--:|--:|--:|--:|";
  const table = (shown: RunReport["stages"]): string =>
    [
      head,
      ...shown.map((row) => {
        const branch = row.branchKey === undefined ? "" : ` in ${inlineCode(row.branchKey)}`;
        const name = row.label === row.id ? "" : ` ${escapeCell(truncateText(row.label, 80))}`;
        return `| ${MARKS[row.state]} | ${inlineCode(row.id)}${name}${branch} | ${count(row.visits)} | ${count(row.attempts)} | ${spent(row)} |`;
      }),
    ].join("\n");
  const form = (shown: RunReport["stages"], title: string): string =>
    rows.length > MANY_ROWS ? details(title, table(shown)) : `**Stages**\n\n${table(shown)}`;
  const open = rows.filter((row) => !["success", "skipped", "pending"].includes(row.state));
  return [
    form(rows, plural(rows.length, "stage")),
    form(
      open.slice(0, 100),
      `${count(Math.min(100, open.length))} of ${count(rows.length)} stages: failed or unfinished`,
    ),
    "",
  ];
}
