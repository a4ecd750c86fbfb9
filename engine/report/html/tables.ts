/** A table with the report's own columns: those that say nothing do not stand there. */
import { type Column, shownColumns } from "../columns.ts";
import type { NodeState } from "../overlay.ts";
import { html, type Markup, type Part } from "./markup.ts";

const MOST_ROWS = 500;

export const mark = (state: NodeState): Markup => html`<span class="mark s-${state}">${state}</span>`;

export interface Lead<R> {
  readonly title: string;
  readonly cell: (row: R) => Part;
}

export function htmlTable<R>(
  lead: readonly Lead<R>[],
  columns: readonly Column<R>[],
  rows: readonly R[],
  tail: readonly Lead<R>[] = [],
): Markup {
  const kept = shownColumns(columns, rows);
  const row = (each: R): Markup =>
    html`<tr>${lead.map(({ cell }) => html`<td>${cell(each)}</td>`)}${kept.map(
      (column) => html`<td class="n">${column.text(each)}</td>`,
    )}${tail.map(({ cell }) => html`<td>${cell(each)}</td>`)}</tr>`;
  return html`<div class="scroll"><table>
<thead><tr>${lead.map(({ title }) => html`<th>${title}</th>`)}${kept.map(
    ({ title }) => html`<th class="n">${title}</th>`,
  )}${tail.map(({ title }) => html`<th>${title}</th>`)}</tr></thead>
<tbody>${rows.slice(0, MOST_ROWS).map(row)}</tbody></table></div>${
    rows.length > MOST_ROWS ? html`<p class="muted">… and ${rows.length - MOST_ROWS} more.</p>` : null
  }`;
}
