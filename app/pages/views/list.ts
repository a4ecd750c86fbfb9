/** All runs of a repository, the newest first. */
import { liveOf } from "../../../engine/ledger/projections/live.ts";
import { reportOf } from "../../../engine/report/from-state.ts";
import { count, duration } from "../../../engine/report/units.ts";
import { html, type Markup } from "../html.ts";
import type { SeenRun } from "../source.ts";
import { costText } from "./costs.ts";
import { moment, pill } from "./shell.ts";

export interface ListView {
  readonly repository: string;
  readonly runs: readonly SeenRun[];
  readonly total: number;
  readonly hrefOf: (runId: string) => string;
  readonly older: string | null;
  readonly now: number;
  readonly redact: (text: string) => string;
}

export function listMain({ repository, runs, total, hrefOf, older, now, redact }: ListView): Markup {
  const row = ({ runId, state, pipeline }: SeenRun): Markup => {
    const report = reportOf(state, pipeline, { findings: [], next: [], links: [] });
    const { github, graph } = state.started ?? {};
    return html`<tr><td>${pill(liveOf(state).status)}</td>
<td><a href="${hrefOf(runId)}">${redact(graph?.path ?? pipeline.name)}</a> <span class="muted"><code>${runId}</code></span>${
      report.goal === "" ? null : html`<br><span class="muted">${redact(report.goal).slice(0, 160)}</span>`
    }</td>
<td>${github?.pull_request === undefined ? "–" : `#${github.pull_request}`}</td><td>${github?.actor ?? "–"}</td>
<td>${moment(state.startedAt)}</td><td class="n">${duration(Math.max(0, (state.endedAt ?? now) - state.startedAt))}</td>
<td class="n">${costText(report.totals.costUsd, report.totals.costComplete)}</td></tr>`;
  };
  return html`<section class="title" id="s-title"><h1>Runs of ${repository}</h1><p class="muted">${count(total)} in all</p></section>
<section class="card" id="s-runs">${
    runs.length === 0
      ? html`<p>No runs yet. Comment <code>/attractor run GRAPH</code> on a pull request to start one.</p>`
      : html`<div class="scroll"><table class="runs"><thead><tr><th>Status</th><th>Graph</th><th>Pull request</th><th>By</th><th>Started</th><th class="n">Took</th><th class="n">Cost</th></tr></thead>
<tbody>${runs.map(row)}</tbody></table></div>`
  }${older === null ? null : html`<p><a href="${older}">Older runs</a></p>`}</section>`;
}
