/** What a person reads first: the cause in words or what goes on, and whether it was real. */
import { escapeCell, inlineCode } from "../escape.ts";
import { sentenceOf } from "../facts.ts";
import type { ReportModel } from "../model.ts";
import { truncateText } from "../truncate.ts";
import { type Forms, MARKS } from "./shared.ts";

const NOT_CONFINED_CHARS = 600;
const BRANCHES_NAMED = 20;

export function headline(report: ReportModel): Forms {
  const { failedBranches: failed, restartBlocked: blocked, story } = report;
  const named = failed.slice(0, BRANCHES_NAMED).map(inlineCode).join(", ");
  const more = failed.length > BRANCHES_NAMED ? ` and ${failed.length - BRANCHES_NAMED} more` : "";
  const lines = [
    `### ${report.status === "paused" ? "⏸️" : MARKS[report.status]} ${escapeCell(sentenceOf(report))}`,
    story === null || story.aside === "" ? "" : `_${escapeCell(story.aside)}_`,
    failed.length === 0 ? "" : `**Partial success.** Failed: ${named}${more}.`,
    blocked === null
      ? ""
      : `The restart from ${inlineCode(blocked.node)} at ${inlineCode(blocked.target)} was refused: only a \`transient_infra\` failure is begun again.`,
    report.notReal.length === 0 ? "" : `**Not a real run:** ${report.notReal.map(escapeCell).join("; ")}.`,
    report.notConfined.length === 0
      ? ""
      : `**Confinement:** ${truncateText(report.notConfined.map(escapeCell).join("; "), NOT_CONFINED_CHARS)}.`,
  ];
  return [lines.filter((line) => line !== "").join("\n\n")];
}
