/** The table of stages. */
import { STAGE_COLUMNS } from "../columns.ts";
import { details, escapeCell, inlineCode } from "../escape.ts";
import type { ReportModel, StageRow } from "../model.ts";
import { truncateText } from "../truncate.ts";
import { countText, plural } from "../units.ts";
import { type Forms, MARKS, table } from "./shared.ts";

const LEAD = [
  { title: "", cell: (row: StageRow) => MARKS[row.state] },
  {
    title: "Stage",
    cell: ({ id, label, branchKey }: StageRow) => {
      const branch = branchKey === undefined ? "" : ` in ${inlineCode(branchKey)}`;
      return label === id
        ? `${inlineCode(id)}${branch}`
        : `${escapeCell(truncateText(label, 80))} ${inlineCode(id)}${branch}`;
    },
  },
];

export function stages({ stages: rows }: ReportModel): Forms {
  if (rows.length === 0) return [""];
  const lines = (shown: readonly StageRow[]): string => table(LEAD, STAGE_COLUMNS, shown, rows);
  const form = (shown: readonly StageRow[], title: string): string => details(title, lines(shown));
  const open = rows.filter((row) => !["success", "skipped", "pending"].includes(row.state));
  return [
    form(rows, plural(rows.length, "stage")),
    form(
      open.slice(0, 100),
      `${countText(Math.min(100, open.length))} of ${countText(rows.length)} stages: failed or unfinished`,
    ),
    "",
  ];
}
