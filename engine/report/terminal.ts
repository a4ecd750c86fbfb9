/** A run's report for a terminal: plain lines, aligned, the cause and what to do first. */
import { harmless, shownLines } from "../core/shown.ts";
import { redactDeep } from "../redact/redact.ts";
import {
  BRANCH_COLUMNS,
  type Column,
  HOP_COLUMNS,
  PROVIDER_COLUMNS,
  STAGE_COLUMNS,
  shownColumns,
} from "./columns.ts";
import { branchCounts, factsOf, sentenceOf } from "./facts.ts";
import type { FindingRow, GateRow, ReportModel } from "./model.ts";
import type { NodeState } from "./overlay.ts";
import { reasonInWords } from "./story-of.ts";
import { textColumns } from "./text-columns.ts";
import { minuteHere } from "./units.ts";

const SIGNS: Readonly<Record<NodeState, string>> = {
  pending: "·",
  running: "▸",
  waiting: "?",
  success: "✓",
  fail: "✗",
  canceled: "-",
  skipped: "»",
};
/** A terminal scrolls: what is longer is told shorter, and the other forms have it all. */
const MOST_ROWS = 40;

export function renderTerminal(report: ReportModel, redact: (text: string) => string): string {
  const safe = redactDeep(report, redact);
  const parts = [
    head(safe),
    ...safe.gates.map(gate),
    next(safe),
    about(safe),
    earlier(safe),
    findings(safe.findings),
    path(safe),
    branches(safe),
    rows("stages", STAGE_COLUMNS, safe.stages, (row) => [
      SIGNS[row.state],
      row.branchKey === undefined ? row.label : `${row.label} (${row.branchKey})`,
    ]),
    rows("cost", PROVIDER_COLUMNS, safe.providers, (row) => [`${row.provider} ${row.model}`]),
    rows("hops", HOP_COLUMNS, safe.ledger?.hops ?? [], (row) => [`hop ${row.hop}`]),
    causes(safe),
    safe.links.map(({ title, url }) => `${title}: ${url}`).join("\n"),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function head(report: ReportModel): string {
  const { story, notReal, failedBranches } = report;
  return [
    `${SIGNS[report.status === "paused" ? "waiting" : report.status]} ${line(sentenceOf(report))}`,
    ...(story === null || story.aside === "" ? [] : [`  ${line(story.aside)}`]),
    ...(failedBranches.length === 0 ? [] : [`  failed: ${failedBranches.slice(0, 20).map(line).join(", ")}`]),
    ...(notReal.length === 0 ? [] : [`  not a real run: ${notReal.map(line).join("; ")}`]),
  ].join("\n");
}

const about = (report: ReportModel): string =>
  [
    [line(report.graph), ...factsOf(report), `run ${report.runId}`].join(", "),
    ...(report.work === null ? [] : [line(report.work)]),
    ...(report.goal === "" ? [] : [`goal: ${line(report.goal).slice(0, 300)}`]),
  ].join("\n");

function gate({ id, question, choices, deadline, defaultChoice, shows }: GateRow): string {
  const then = defaultChoice === null ? "the gate fails" : `${line(defaultChoice)} is taken`;
  return [
    `${line(question)}  (${id})`,
    ...shows.flatMap(shownLines),
    `  answers: ${choices.length === 0 ? "your words" : choices.map(line).join(" | ")}`,
    ...(deadline === null ? [] : [`  until ${minuteHere(deadline)}, then ${then}`]),
  ].join("\n");
}

function next({ story, next: steps }: ReportModel): string {
  const lines = [
    ...(story === null ? [] : [story.advice]),
    ...steps
      .slice(0, 5)
      .map(({ command, why }) => `next: ${command}${why === "" ? "" : `   (${line(why)})`}`),
  ];
  return lines.join("\n");
}

const earlier = ({ earlier: ends }: ReportModel): string =>
  ends
    .map(
      ({ at, status, sentence, resumedBy }) =>
        `${SIGNS[status]} ${minuteHere(at)}: ${line(sentence)}; resumed by ${line(resumedBy)}`,
    )
    .join("\n");

const findings = (rows: readonly FindingRow[]): string =>
  rows
    .slice(0, MOST_ROWS)
    .map((row) => `! ${line(row.title)} [${row.code}]\n  ${line(row.evidence)}\n  ${line(row.advice)}`)
    .join("\n");

function path({ path: steps }: ReportModel): string {
  if (steps.length < 2) return "";
  const shown = steps.slice(-MOST_ROWS).map(({ label, state, visits }) => {
    const sign = state === "success" ? "" : `${SIGNS[state]} `;
    return `${sign}${line(label)}${visits > 1 ? ` ×${visits}` : ""}`;
  });
  return `path: ${steps.length > MOST_ROWS ? "… → " : ""}${shown.join(" → ")}`;
}

function branches({ branches: all }: ReportModel): string {
  if (all.length === 0) return "";
  const urgent = all.toSorted((a, b) => Number(b.state === "fail") - Number(a.state === "fail"));
  return rows(
    `branches: ${branchCounts(all)}`,
    BRANCH_COLUMNS,
    urgent,
    (row) => [SIGNS[row.state], row.label],
    (row) => (row.cause === null ? "" : reasonInWords(row.cause.reason).words),
  );
}

function causes({ causes: all }: ReportModel): string {
  if (all.length === 0) return "";
  const told = all.toReversed().slice(0, 5);
  return [
    "causes as recorded:",
    ...told.map(({ node_id, branch_key, class: kind, signature, reason }) => {
      const where = branch_key === undefined ? "" : ` in ${branch_key}`;
      const body = reason
        .split("\n")
        .slice(0, 20)
        .map((each) => `    ${safeLine(each)}`);
      return [
        `  ${node_id}${where} (${kind}${signature === "" ? "" : `, ${line(signature)}`})`,
        ...body,
      ].join("\n");
    }),
  ].join("\n");
}

function rows<R>(
  title: string,
  columns: readonly Column<R>[],
  all: readonly R[],
  lead: (row: R) => string[],
  tail: (row: R) => string = () => "",
): string {
  if (all.length === 0) return "";
  const kept = shownColumns(columns, all);
  const shown = all.slice(0, MOST_ROWS);
  const cells = shown.map((row) => [
    ...lead(row).map(line),
    ...kept.map((column) => withUnit(column.title, column.text(row))),
  ]);
  const heads = lead(shown[0]!).length;
  const widths = cells[0]!.map((_, at) => Math.max(...cells.map((row) => textColumns(row[at] ?? ""))));
  const lines = cells.map((row, index) => {
    const padded = row.map((cell, at) => {
      const space = " ".repeat(Math.max(0, widths[at]! - textColumns(cell)));
      return at < heads ? `${cell}${space}` : `${space}${cell}`;
    });
    return `  ${padded.join("  ")}  ${line(tail(shown[index]!))}`.trimEnd();
  });
  const more = all.length > MOST_ROWS ? [`  … and ${all.length - MOST_ROWS} more`] : [];
  return [title, ...lines, ...more].join("\n");
}

const withUnit = (title: string, text: string): string =>
  text === "" || title === "Time" || title === "Cost" ? text : `${text} ${title.toLowerCase()}`;

const safeLine = (text: string): string => harmless(text).replace(/\t/g, " ").trimEnd();
const line = (text: string): string => harmless(text).replace(/\s+/g, " ").trim();
