/** The stages, each with its attempts: how each ended, what it took, and where its prompt, answer and output are. */
import { STAGE_COLUMNS } from "../columns.ts";
import type { AttemptLine, Link, ReportModel, StageRow } from "../model.ts";
import { reasonInWords } from "../story-of.ts";
import { countText, durationText, plural } from "../units.ts";
import { html, linkTo, type Markup } from "./markup.ts";
import { htmlTable, mark } from "./tables.ts";

const MOST_ATTEMPTS = 100;

/** Where an attempt's files can be read. */
export type FilesOf = (attempt: AttemptLine) => readonly Link[];

/** The place on the page to which the stage's node in the drawing leads. */
export const anchorOf = (report: ReportModel, id: string): string =>
  `n${report.picture?.nodes.findIndex((node) => node.id === id) ?? -1}`;

export function stageTable(report: ReportModel, filesOf: FilesOf): Markup | null {
  const { stages } = report;
  if (stages.length === 0) return null;
  const attempts = Map.groupBy(report.ledger?.attempts ?? [], (row) => keyOf(row.id, row.branchKey));
  const anchored = new Set<string>();
  const anchor = (id: string): Markup | null => {
    if (anchored.has(id)) return null;
    anchored.add(id);
    return html`<span id="${anchorOf(report, id)}"></span>`;
  };
  return html`<section class="card" id="s-stages"><h2>Stages</h2>${htmlTable(
    [
      { title: "State", cell: (row) => mark(row.state) },
      {
        title: "Stage",
        cell: (row: StageRow) =>
          html`${anchor(row.id)}${row.label}${
            row.label === row.id ? null : html` <span class="muted"><code>${row.id}</code></span>`
          }${
            row.branchKey === undefined
              ? null
              : html` <span class="muted">in <code>${row.branchKey}</code></span>`
          }${attemptList(attempts.get(keyOf(row.id, row.branchKey ?? null)) ?? [], filesOf)}`,
      },
    ],
    STAGE_COLUMNS,
    stages,
  )}</section>`;
}

const keyOf = (id: string, branch: string | null): string => JSON.stringify([branch, id]);

function attemptList(rows: readonly AttemptLine[], filesOf: FilesOf): Markup | null {
  if (rows.length === 0) return null;
  const shown = rows.slice(-MOST_ATTEMPTS);
  const [only] = rows;
  if (rows.length === 1 && only)
    return html`<div class="attempts"><p>${said(only)}${links(filesOf(only))}</p></div>`;
  return html`<div class="attempts"><details><summary>${plural(rows.length, "attempt")}</summary><ol>${shown.map(
    (row) =>
      html`<li><span class="s-${row.state} dot"></span>visit ${countText(row.visit)}, attempt ${countText(row.attempt)}: ${row.state}${
        row.durationMs === null ? null : html`, ${durationText(row.durationMs)}`
      } ${said(row)}${links(filesOf(row))}</li>`,
  )}</ol></details></div>`;
}

const said = ({ failure }: AttemptLine): Markup | null =>
  failure === null ? null : html`<span class="words">${reasonInWords(failure).words}</span> `;

const links = (files: readonly Link[]): Markup | null =>
  files.length === 0
    ? null
    : html`<span class="files">${files.map(({ title, url }) => html`<a href="${linkTo(url)}">${title}</a> `)}</span>`;
