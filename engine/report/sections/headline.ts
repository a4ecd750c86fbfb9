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
  const lines = [
    `### ${MARKS[report.status]} ${escapeCell(report.graph)} ${WORDS[report.status]}${where}`,
    report.goal === "" ? "" : escapeCell(truncateText(report.goal, 300)),
    facts.filter((fact) => fact !== "").join(" · "),
    report.notReal.length === 0 ? "" : `**Not a real run:** ${report.notReal.map(escapeCell).join("; ")}.`,
  ];
  return [lines.filter((line) => line !== "").join("\n\n")];
}
