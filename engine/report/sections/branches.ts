/** The branches of fan-outs, each with its own cause. */
import { details, escapeCell, inlineCode } from "../escape.ts";
import type { RunReport } from "../model.ts";
import { count, plural } from "../units.ts";
import { causeBlock, type Forms, MANY_ROWS, MARKS, shorten, spent } from "./shared.ts";

export function branches({ branches: rows }: RunReport): Forms {
  if (rows.length === 0) return [""];
  const failed = rows.filter((row) => row.cause !== null);
  const table = (shown: RunReport["branches"]): string =>
    [
      "| | Branch | Time | Tokens | Cost | Cause |\n|---|---|--:|--:|--:|---|",
      ...shown.map((row) => {
        const cause = row.cause
          ? `${inlineCode(row.cause.class)} ${escapeCell(shorten(row.cause.reason, 160))}`
          : "";
        return `| ${MARKS[row.state]} | ${inlineCode(row.key)} of ${inlineCode(row.fanOut)} | ${spent(row)} | ${cause} |`;
      }),
    ].join("\n");
  const blocks = (limit: number, shown: number): string =>
    failed
      .slice(0, shown)
      .map(
        ({ key, cause }) => `${inlineCode(key)}: ${causeBlock({ ...cause!, branch_key: undefined }, limit)}`,
      )
      .join("\n\n");
  const form = (shown: RunReport["branches"], limit: number, causes: number): string => {
    const folded =
      shown.length > MANY_ROWS
        ? details(plural(rows.length, "branch", "branches"), table(shown))
        : table(shown);
    const whole =
      failed.length === 0 || causes === 0 ? "" : `\n\n${details("Causes by branch", blocks(limit, causes))}`;
    return `**Branches**: ${count(rows.length - failed.length)} of ${count(rows.length)} without a failure\n\n${folded}${whole}`;
  };
  return [form(rows, 8192, 20), form(rows, 1500, 8), form(failed.slice(0, 20), 0, 0)];
}
