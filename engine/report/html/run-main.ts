/** The page of one run: what happened in words, what to do, then everything that is known of it. */
import type { RunEvent } from "../../core/events.ts";
import { factsOf, sentenceOf } from "../facts.ts";
import type { ReportModel } from "../model.ts";
import { branchTable } from "./branches.ts";
import { costs, hopTable } from "./costs.ts";
import { events } from "./events.ts";
import { type Answering, htmlGates } from "./gates.ts";
import { htmlGraph } from "./graph.ts";
import { html, linkTo, type Markup } from "./markup.ts";
import { htmlPauses } from "./pauses.ts";
import { retryMap } from "./retries.ts";
import { moment, pill } from "./shell.ts";
import { type FilesOf, stageTable } from "./stages.ts";
import { timeline } from "./timeline.ts";
import { chain, htmlEarlier, htmlFindings, htmlWhy } from "./why.ts";

export interface RunMain {
  /** Masked already, as the log is. */
  readonly report: ReportModel;
  readonly log: readonly RunEvent[];
  /** Epoch milliseconds; of a run that ended, its end. */
  readonly until: number;
  readonly answering: Answering;
  readonly filesOf: FilesOf;
  /** What stands after it all; asked for when all links were made. */
  readonly appendix?: () => readonly Markup[];
}

export async function runMain({
  report,
  log,
  until,
  answering,
  filesOf,
  appendix,
}: RunMain): Promise<Markup> {
  const startedAt = Date.parse(report.startedAt);
  return html`${title(report)}
${htmlGates(report, answering)}
${htmlPauses(report)}
${htmlWhy(report)}
${about(report, until)}
${htmlEarlier(report)}
${htmlFindings(report)}
${chain(report)}
${await htmlGraph(report)}
${timeline(log, report, until)}
${retryMap(report)}
${branchTable(report)}
${stageTable(report, filesOf)}
${costs(report)}
${hopTable(report)}
${events(log, startedAt)}
${appendix?.() ?? null}`;
}

function title(report: ReportModel): Markup {
  const { story, notReal, failedBranches } = report;
  return html`<section class="title" id="s-title">
<h1><span>${sentenceOf(report)}</span> ${pill(report.status)}</h1>
${story === null || story.aside === "" ? null : html`<p class="aside">${story.aside}</p>`}
${failedBranches.length === 0 ? null : html`<p class="note">Failed: ${failedBranches.slice(0, 20).join(", ")}</p>`}
${notReal.length === 0 ? null : html`<p class="note">Not a real run: ${notReal.join("; ")}.</p>`}
</section>`;
}

function about(report: ReportModel, until: number): Markup {
  const { links } = report;
  const facts = factsOf({ ...report, durationMs: Math.max(0, until - Date.parse(report.startedAt)) });
  return html`<section class="about" id="s-about">
${report.goal === "" ? null : html`<p class="goal">${report.goal}</p>`}
${report.work === null ? null : html`<p class="muted">${report.work}</p>`}
<p class="facts"><span><code>${report.graph}</code></span><span>started ${moment(Date.parse(report.startedAt))}</span>${facts.map((fact) => html`<span>${fact}</span>`)}<span>run <code>${report.runId}</code></span></p>
${links.length === 0 ? null : html`<p class="links">${links.map(({ title: name, url }) => html`<a href="${linkTo(url)}">${name}</a> `)}</p>`}
</section>`;
}
