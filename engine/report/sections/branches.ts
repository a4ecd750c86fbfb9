/** The branches of fan-outs, each with its own cause. */
import { BRANCH_COLUMNS } from "../columns.ts";
import { details, escapeCell, inlineCode } from "../escape.ts";
import { branchCounts } from "../facts.ts";
import type { BranchRow, ReportModel } from "../model.ts";
import { reasonInWords } from "../story-of.ts";
import { plural } from "../units.ts";
import { causeBlock, type Forms, MANY_ROWS, MARKS, shorten, table } from "./shared.ts";

const LEAD = [
  { title: "", cell: (row: BranchRow) => MARKS[row.state] },
  { title: "Branch", cell: (row: BranchRow) => `${escapeCell(row.label)} ${inlineCode(row.key)}` },
];
const TAIL = [
  {
    title: "Cause",
    cell: ({ cause }: BranchRow) =>
      cause === null ? "" : escapeCell(shorten(reasonInWords(cause.reason).words, 160)),
  },
];

export function branches({ branches: rows }: ReportModel): Forms {
  if (rows.length === 0) return [""];
  const failed = rows.filter((row) => row.cause !== null);
  const blocks = (limit: number, shown: number): string =>
    failed
      .slice(0, shown)
      .map(
        ({ key, cause }) => `${inlineCode(key)}: ${causeBlock({ ...cause!, branch_key: undefined }, limit)}`,
      )
      .join("\n\n");
  const form = (shown: readonly BranchRow[], limit: number, causes: number): string => {
    const lines = table(LEAD, BRANCH_COLUMNS, shown, rows, TAIL);
    const folded =
      shown.length > MANY_ROWS ? details(plural(rows.length, "branch", "branches"), lines) : lines;
    const whole =
      failed.length === 0 || causes === 0
        ? ""
        : `\n\n${details("Causes by branch, as recorded", blocks(limit, causes))}`;
    return `**Branches**: ${branchCounts(rows)}\n\n${folded}${whole}`;
  };
  return [form(rows, 8192, 20), form(rows, 1500, 8), form(failed.slice(0, 20), 0, 0)];
}
