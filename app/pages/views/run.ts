/** The page of one run: what it is, what it waits for or why it failed, then everything that happened. */
import { findingsOf } from "../../../engine/diagnose/state-findings.ts";
import { redactDeep } from "../../../engine/redact/redact.ts";
import { reportOf } from "../../../engine/report/from-state.ts";
import type { RunReport } from "../../../engine/report/model.ts";
import { count, duration, plural } from "../../../engine/report/units.ts";
import { nextSteps } from "../../../github/notify/next-steps.ts";
import { html, linkTo, type Markup } from "../html.ts";
import type { SeenRun } from "../source.ts";
import { costs, costText } from "./costs.ts";
import { events } from "./events.ts";
import { graph } from "./graph.ts";
import { linksOf } from "./links.ts";
import { moment, pill } from "./shell.ts";
import { branchTable, stageTable } from "./tables.ts";
import { timeline } from "./timeline.ts";
import { findings, gates, next, why } from "./why.ts";

export interface RunView {
  readonly run: SeenRun;
  readonly repository: string;
  readonly serverUrl: string;
  readonly now: number;
  readonly redact: (text: string) => string;
}

export async function runMain({ run, repository, serverUrl, now, redact }: RunView): Promise<Markup> {
  const { state, pipeline } = run;
  const report = redactDeep(
    reportOf(state, pipeline, {
      findings: findingsOf(state),
      next: nextSteps(state),
      links: linksOf(run, repository, serverUrl),
    }),
    redact,
  );
  const log = redactDeep(run.events, redact);
  const end = state.endedAt ?? now;
  return html`<section class="title" id="s-title">
<h1>${report.graph} ${pill(report.status)}</h1>
${report.goal === "" ? null : html`<p class="goal">${report.goal}</p>`}
${report.notReal.length === 0 ? null : html`<p class="note">Not a real run: ${report.notReal.join("; ")}.</p>`}
${facts(report, run, end)}
<p class="links">${report.links.map(({ title, url }) => html`<a href="${linkTo(url)}">${title}</a> `)}</p>
</section>
${gates(report)}
${why(report)}
${findings(report)}
${next(report)}
${await graph(report)}
${timeline(log, pipeline, end)}
${branchTable(report)}
${stageTable(report)}
${costs(state)}
${events(log, state.startedAt)}`;
}

function facts(report: RunReport, { state, runId }: SeenRun, end: number): Markup {
  const { totals } = report;
  const rows: [string, string | Markup][] = [
    ["Run", html`<code>${runId}</code>`],
    ["Started", moment(state.startedAt)],
    ["Took", duration(Math.max(0, end - state.startedAt))],
    ["Hops", count(state.hop?.hop ?? 0)],
    ["Attempts", plural(totals.attempts, "stage attempt")],
    ["Tokens", count(totals.tokens)],
    ["Cost", costText(totals.costUsd, totals.costComplete)],
  ];
  return html`<dl class="facts">${rows.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>`;
}
