/** Which run it is, what it took, where its work went: after what happened and what to do. */
import { escapeCell, inlineCode } from "../escape.ts";
import { factsOf } from "../facts.ts";
import type { ReportModel } from "../model.ts";
import { truncateText } from "../truncate.ts";
import { capitalized, type Forms } from "./shared.ts";

export function about(report: ReportModel): Forms {
  const which = [
    report.status === "fail" ? `${inlineCode(report.graph)} failed` : "",
    ...factsOf(report).map(escapeCell),
    `run ${inlineCode(report.runId)}`,
  ];
  const lines = [
    which.filter((fact) => fact !== "").join(" · "),
    report.work === null ? "" : `${escapeCell(capitalized(report.work))}.`,
    report.goal === "" ? "" : escapeCell(truncateText(report.goal, 300)),
  ];
  return [lines.filter((line) => line !== "").join("\n\n")];
}
