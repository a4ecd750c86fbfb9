/** Runs as a table, the newest first; columns that hold nothing are not there. */
import type { Live } from "../../ledger/projections/live.ts";
import { type Column, costsSomething, costText } from "../columns.ts";
import type { ReportedSpending } from "../model.ts";
import { durationText } from "../units.ts";
import { html, type Markup } from "./markup.ts";
import { moment, pill } from "./shell.ts";
import { htmlTable, type Lead } from "./tables.ts";

export interface ListedRun extends ReportedSpending {
  readonly href: string;
  readonly runId: string;
  readonly graph: string;
  readonly goal: string;
  readonly status: Live["status"];
  readonly startedAt: number | null;
  readonly pullRequest: number | null;
  readonly by: string | null;
}

const COLUMNS: readonly Column<ListedRun>[] = [
  {
    title: "Took",
    worth: () => true,
    text: (row) => (row.durationMs === null ? "–" : durationText(row.durationMs)),
  },
  // What never began has cost nothing.
  {
    title: "Cost",
    worth: costsSomething,
    text: (row) => (row.startedAt === null ? "–" : costText(row)),
  },
];

const LEAD: readonly Lead<ListedRun>[] = [
  { title: "Status", cell: (row) => pill(row.status) },
  {
    title: "Graph",
    cell: (row) =>
      html`<a href="${row.href}">${row.graph}</a> <span class="muted"><code>${row.runId}</code></span>${
        row.goal === "" ? null : html`<br><span class="muted">${row.goal.slice(0, 160)}</span>`
      }`,
  },
];
const ASKED: readonly Lead<ListedRun>[] = [
  { title: "Pull request", cell: ({ pullRequest }) => (pullRequest === null ? "–" : `#${pullRequest}`) },
  { title: "By", cell: ({ by }) => by ?? "–" },
];
const STARTED: Lead<ListedRun> = {
  title: "Started",
  cell: ({ startedAt }) => (startedAt === null ? "–" : moment(startedAt)),
};

export function runList(rows: readonly ListedRun[], none: Markup): Markup {
  if (rows.length === 0) return none;
  const asked = rows.some(({ pullRequest, by }) => pullRequest !== null || by !== null);
  return html`<div class="runs">${htmlTable([...LEAD, ...(asked ? ASKED : []), STARTED], COLUMNS, rows)}</div>`;
}
