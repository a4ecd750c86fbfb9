/** A plan for a terminal. */
import { singleLine } from "../report/escape.ts";
import { graphemes } from "../report/text-width.ts";
import { HEADINGS, listsOf, rowOf, totalRow } from "./amount-text.ts";
import type { Plan } from "./model.ts";

export function planText(plan: Plan, github: boolean): string {
  const title = plan.goal === "" ? plan.graph : `${plan.graph}: ${plan.goal}`;
  const begun = plan.walked
    ? []
    : ["the way on which every stage succeeds comes to no end: only its beginning is counted"];
  const lists = listsOf(plan, github).map(
    ([heading, lines]) => `${heading}\n${lines.map((line) => `  ${singleLine(line)}`).join("\n")}`,
  );
  return `${[singleLine(title), ...begun, table([HEADINGS, ...plan.stages.map(rowOf), totalRow(plan)]), ...lists].join("\n\n")}\n`;
}

function table(rows: readonly (readonly string[])[]): string {
  const safe = rows.map((row) => row.map(singleLine));
  const widths = HEADINGS.map((_, at) => Math.max(...safe.map((row) => graphemes(row[at] ?? "").length)));
  return safe
    .map((row) =>
      row
        .map((cell, at) => cell + " ".repeat(widths[at]! - graphemes(cell).length))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
