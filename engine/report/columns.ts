/** The columns of the report's tables, the same in every form. One that says nothing of any row does not stand there. */
import type { BranchRow, HopLine, ProviderRow, ReportedSpending, StageRow } from "./model.ts";
import { countText, durationText, money } from "./units.ts";

export interface Column<R> {
  readonly title: string;
  /** Whether it says something of this row. */
  readonly worth: (row: R) => boolean;
  readonly text: (row: R) => string;
}

export const shownColumns = <R>(columns: readonly Column<R>[], rows: readonly R[]): Column<R>[] =>
  columns.filter((column) => rows.some(column.worth));

/** Known, or known in part, or spent with nobody knowing how much. */
export function costText({
  costUsd,
  costComplete,
}: Pick<ReportedSpending, "costUsd" | "costComplete">): string {
  if (costComplete) return money(costUsd);
  return costUsd ? `≥ ${money(costUsd)}` : "unknown";
}

/** In a sentence of its own. */
export function costWords(spent: Pick<ReportedSpending, "costUsd" | "costComplete">): string {
  if (spent.costComplete) return money(spent.costUsd);
  return spent.costUsd ? `${money(spent.costUsd)} known, not complete` : "cost unknown";
}

export const costsSomething = ({
  costUsd,
  costComplete,
}: Pick<ReportedSpending, "costUsd" | "costComplete">): boolean => !costComplete || (costUsd ?? 0) > 0;

const spentColumns: readonly Column<ReportedSpending>[] = [
  {
    title: "Time",
    worth: (row) => (row.durationMs ?? 0) > 0,
    text: (row) => (row.durationMs === null ? "–" : row.durationMs === 0 ? "" : durationText(row.durationMs)),
  },
  {
    title: "Tokens",
    worth: (row) => (row.tokens ?? 0) > 0,
    text: (row) => (row.tokens === null ? "–" : row.tokens === 0 ? "" : countText(row.tokens)),
  },
  { title: "Cost", worth: costsSomething, text: (row) => (costsSomething(row) ? costText(row) : "") },
];

export const STAGE_COLUMNS: readonly Column<StageRow>[] = [
  {
    title: "Visits",
    worth: (row) => row.visits > 1,
    text: (row) => (row.visits > 1 ? countText(row.visits) : ""),
  },
  {
    title: "Attempts",
    worth: (row) => row.attempts > row.visits,
    text: (row) => (row.attempts > row.visits ? countText(row.attempts) : ""),
  },
  ...spentColumns,
];

export const BRANCH_COLUMNS: readonly Column<BranchRow>[] = spentColumns;

export const PROVIDER_COLUMNS: readonly Column<ProviderRow>[] = [
  { title: "Calls", worth: (row) => row.calls > 0, text: (row) => countText(row.calls) },
  { title: "Input", worth: (row) => row.inputTokens > 0, text: (row) => countText(row.inputTokens) },
  { title: "Output", worth: (row) => row.outputTokens > 0, text: (row) => countText(row.outputTokens) },
  { title: "Cost", worth: costsSomething, text: costText },
];

export const HOP_COLUMNS: readonly Column<HopLine>[] = [
  {
    title: "Queued",
    worth: (row) => (row.queuedMs ?? 0) > 0,
    text: (row) => (row.queuedMs === null ? "–" : durationText(row.queuedMs)),
  },
  { title: "Attempts", worth: (row) => row.attempts > 0, text: (row) => countText(row.attempts) },
  ...spentColumns,
];
