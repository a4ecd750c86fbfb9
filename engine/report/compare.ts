/** Two runs side by side, as lines of what differs and what is alike: path, causes, cost and time. */
import { costsSomething, costText } from "./columns.ts";
import type { ReportModel, StageRow } from "./model.ts";
import { countText, durationText } from "./units.ts";

export interface Compared {
  readonly what: string;
  readonly a: string;
  readonly b: string;
  readonly same: boolean;
}

export interface Comparison {
  readonly summary: readonly Compared[];
  /** The stages where one run differs from the other. */
  readonly stages: readonly Compared[];
}

export function compareRuns(a: ReportModel, b: ReportModel): Comparison {
  const line = (what: string, of: (report: ReportModel) => string): Compared => compared(what, of(a), of(b));
  const money = [a, b].some(({ totals }) => costsSomething(totals));
  const tokens = [a, b].some(({ totals }) => totals.tokens);
  const waits = [a, b].some(({ ledger }) => waitedMs(ledger) > 0);
  return {
    summary: [
      line("graph", ({ graph }) => graph),
      line("status", ({ status }) => status),
      line("cause", ({ story }) => story?.sentence ?? ""),
      line("class", ({ causes }) => causes.at(-1)?.class ?? ""),
      line("path", pathText),
      line("branches", ({ branches }) => branches.map(({ label, state }) => `${label} ${state}`).join(", ")),
      line("attempts", ({ totals }) => countText(totals.attempts)),
      line("time", ({ durationMs }) => durationText(durationMs)),
      ...(waits ? [line("waited", ({ ledger }) => durationText(waitedMs(ledger)))] : []),
      ...(tokens ? [line("tokens", ({ totals }) => countText(totals.tokens))] : []),
      ...(money ? [line("cost", ({ totals }) => costText(totals))] : []),
    ].filter(({ a: left, b: right }) => left !== "" || right !== ""),
    stages: stageLines(a, b),
  };
}

const compared = (what: string, a: string, b: string): Compared => ({ what, a, b, same: a === b });

const waitedMs = (ledger: ReportModel["ledger"]): number =>
  (ledger?.personMs ?? 0) + (ledger?.retryMs ?? 0) + (ledger?.queuedMs ?? 0);

const pathText = ({ path }: ReportModel): string =>
  path.map(({ id, visits }) => (visits > 1 ? `${id} ×${visits}` : id)).join(" → ");

function stageLines(a: ReportModel, b: ReportModel): Compared[] {
  const [left, right] = [a, b].map(byName) as [Map<string, StageRow>, Map<string, StageRow>];
  return [...new Set([...left.keys(), ...right.keys()])]
    .map((name) => compared(name, stageText(left.get(name)), stageText(right.get(name))))
    .filter(({ a: first, b: second }) => first !== second);
}

/** The same branch of another visit is the same stage. */
const byName = ({ stages }: ReportModel): Map<string, StageRow> =>
  new Map(
    stages.map((row) => [
      row.branchKey === undefined ? row.id : `${row.id} in ${row.branchKey.replace(/\/v\d+\//g, "/")}`,
      row,
    ]),
  );

function stageText(row: StageRow | undefined): string {
  if (!row) return "–";
  const parts = [
    row.state,
    row.visits > 1 ? `${row.visits} visits` : "",
    row.attempts > row.visits ? `${row.attempts} attempts` : "",
    row.durationMs ? durationText(row.durationMs) : "",
    costsSomething(row) ? costText(row) : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}
