/** The retry map: every attempt of a stage as a square in the colour of its end, visit by visit. */
import type { AttemptLine, ReportModel } from "../model.ts";
import { html, type Markup } from "./markup.ts";

const MOST = 60;
const SIDE = 11;
const STEP = 14;
const GAP = 8;

export function retryMap(report: ReportModel): Markup | null {
  const groups = Map.groupBy(report.ledger?.attempts ?? [], (row) => JSON.stringify([row.branchKey, row.id]));
  const again = [...groups.values()].filter((rows) => rows.length > 1);
  if (again.length === 0) return null;
  const labels = new Map(report.stages.map((row) => [row.id, row.label]));
  return html`<section class="card" id="s-retries"><h2>Attempts, one square each</h2><table class="retries"><tbody>${again
    .slice(0, 200)
    .map(([...rows]) => {
      const [first] = rows;
      const name = labels.get(first!.id) ?? first!.id;
      return html`<tr><th scope="row">${name}${
        first!.branchKey === null ? null : html` <span class="muted"><code>${first!.branchKey}</code></span>`
      }</th><td>${squares(rows)}</td></tr>`;
    })}</tbody></table></section>`;
}

function squares(rows: readonly AttemptLine[]): Markup {
  const shown = rows.slice(-MOST);
  let x = 0;
  let visit = shown[0]?.visit ?? 1;
  const marks = shown.map((row) => {
    if (row.visit !== visit) x += GAP;
    visit = row.visit;
    const mark = html`<rect class="bar s-${row.state}" x="${x}" y="0" width="${SIDE}" height="${SIDE}" rx="2"><title>visit ${row.visit}, attempt ${row.attempt}: ${row.state}${
      row.failureClass === null ? "" : ` (${row.failureClass})`
    }</title></rect>`;
    x += STEP;
    return mark;
  });
  const told = shown.map((row) => row.state).join(", ");
  return html`${rows.length > MOST ? html`<span class="muted">… </span>` : null}<svg class="squares" width="${x}" height="${SIDE}" role="img" aria-label="${told}">${marks}</svg>`;
}
