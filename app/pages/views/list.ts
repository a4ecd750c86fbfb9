/** All runs of a repository, the newest first. */
import { liveOf } from "../../../engine/ledger/projections/live.ts";
import { redactDeep } from "../../../engine/redact/redact.ts";
import { reportOf } from "../../../engine/report/from-state.ts";
import { html, type Markup } from "../../../engine/report/html/markup.ts";
import { type ListedRun, runList } from "../../../engine/report/html/run-list.ts";
import { countText } from "../../../engine/report/units.ts";
import type { SeenRun } from "../source.ts";

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
  const rows = runs.map(({ runId, state, pipeline }): ListedRun => {
    const { totals, graph, goal } = redactDeep(
      reportOf(state, pipeline, { findings: [], next: [], links: [] }),
      redact,
    );
    return {
      ...totals,
      href: hrefOf(runId),
      runId,
      graph,
      goal,
      status: liveOf(state).status,
      startedAt: state.startedAt,
      durationMs: Math.max(0, (state.endedAt ?? now) - state.startedAt),
      pullRequest: state.started?.github?.pull_request ?? null,
      by: state.started?.github?.actor ?? null,
    };
  });
  const none = html`<p>No runs yet. Comment <code>/attractor run GRAPH</code> on a pull request to start one.</p>`;
  return html`<section class="title" id="s-title"><h1>Runs of ${repository}</h1><p class="muted">${countText(total)} in all</p></section>
<section class="card" id="s-runs">${runList(rows, none)}${older === null ? null : html`<p><a href="${older}">Older runs</a></p>`}</section>`;
}
