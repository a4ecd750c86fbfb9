/** Stages and branches, each with what it took. */
import type { RunReport, Spent } from "../../../engine/report/model.ts";
import type { NodeState } from "../../../engine/report/overlay.ts";
import { count, duration } from "../../../engine/report/units.ts";
import { html, type Markup } from "../html.ts";
import { costText } from "./costs.ts";

const MOST_ROWS = 500;

const mark = (state: NodeState): Markup => html`<span class="mark s-${state}">${state}</span>`;
const spent = (row: Spent): Markup =>
  html`<td class="n">${row.durationMs === null ? "–" : duration(row.durationMs)}</td><td class="n">${
    row.tokens === null ? "–" : count(row.tokens)
  }</td><td class="n">${row.costUsd === null ? "–" : costText(row.costUsd, row.costComplete)}</td>`;

export function branchTable({ branches }: RunReport): Markup | null {
  if (branches.length === 0) return null;
  return html`<section class="card" id="s-branches"><h2>Branches</h2><div class="scroll"><table>
<thead><tr><th>State</th><th>Branch</th><th class="n">Time</th><th class="n">Tokens</th><th class="n">Cost</th><th>Cause</th></tr></thead>
<tbody>${branches
    .slice(0, MOST_ROWS)
    .map(
      (row) =>
        html`<tr><td>${mark(row.state)}</td><td><code>${row.key}</code></td>${spent(row)}<td>${
          row.cause === null
            ? null
            : html`<details><summary><span class="tag">${row.cause.class}</span> in <code>${row.cause.node_id}</code></summary><pre class="reason">${row.cause.reason}</pre></details>`
        }</td></tr>`,
    )}</tbody></table></div>${more(branches.length)}</section>`;
}

export function stageTable({ stages }: RunReport): Markup | null {
  if (stages.length === 0) return null;
  return html`<section class="card" id="s-stages"><h2>Stages</h2><div class="scroll"><table>
<thead><tr><th>State</th><th>Stage</th><th class="n">Visits</th><th class="n">Attempts</th><th class="n">Time</th><th class="n">Tokens</th><th class="n">Cost</th></tr></thead>
<tbody>${stages
    .slice(0, MOST_ROWS)
    .map(
      (row) =>
        html`<tr><td>${mark(row.state)}</td><td>${row.label} <span class="muted"><code>${row.id}</code>${
          row.branchKey === undefined ? null : html` in <code>${row.branchKey}</code>`
        }</span></td><td class="n">${row.visits}</td><td class="n">${row.attempts}</td>${spent(row)}</tr>`,
    )}</tbody></table></div>${more(stages.length)}</section>`;
}

const more = (rows: number): Markup | null =>
  rows > MOST_ROWS ? html`<p class="muted">… and ${rows - MOST_ROWS} more.</p>` : null;
