/** What ended how, how long it took and what it cost. */
import { escapeCell, inlineCode } from "../escape.ts";
import type { RunReport } from "../model.ts";
import { truncateText } from "../truncate.ts";
import { count, duration, plural } from "../units.ts";
import { cost, type Forms, MARKS } from "./shared.ts";

const WORDS: Readonly<Record<RunReport["status"], string>> = {
  running: "is running",
  waiting: "waits for a person",
  success: "succeeded",
  fail: "failed",
  canceled: "was canceled",
};

const NOT_CONFINED_CHARS = 600;
const BRANCHES_NAMED = 20;

export function headline(report: RunReport): Forms {
  const where =
    report.status === "fail" && report.causes[0] ? ` at ${inlineCode(report.causes[0].node_id)}` : "";
  const { totals } = report;
  const facts = [
    `run ${inlineCode(report.runId)}`,
    report.durationMs === null ? "" : duration(report.durationMs),
    plural(totals.attempts, "attempt"),
    totals.tokens === null ? "tokens unknown" : `${count(totals.tokens)} tokens`,
    cost(totals),
  ];
  const { failedBranches: failed, restartBlocked: blocked } = report;
  const without =
    failed.length === 0 ? "" : ` without ${plural(failed.length, "branch", "branches")} that failed`;
  const named = failed.slice(0, BRANCHES_NAMED).map(inlineCode).join(", ");
  const more = failed.length > BRANCHES_NAMED ? ` and ${failed.length - BRANCHES_NAMED} more` : "";
  const lines = [
    `### ${MARKS[report.status]} ${escapeCell(report.graph)} ${WORDS[report.status]}${where}${without}`,
    failed.length === 0 ? "" : `**Partial success.** Failed: ${named}${more}.`,
    blocked === null
      ? ""
      : `The restart from ${inlineCode(blocked.node)} at ${inlineCode(blocked.target)} was refused: only a \`transient_infra\` failure is begun again.`,
    report.goal === "" ? "" : escapeCell(truncateText(report.goal, 300)),
    facts.filter((fact) => fact !== "").join(" · "),
    report.notReal.length === 0 ? "" : `**Not a real run:** ${report.notReal.map(escapeCell).join("; ")}.`,
    report.notConfined.length === 0
      ? ""
      : `**Confinement:** ${truncateText(report.notConfined.map(escapeCell).join("; "), NOT_CONFINED_CHARS)}.`,
  ];
  return [lines.filter((line) => line !== "").join("\n\n")];
}
