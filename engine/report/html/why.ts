/** What a person needs first: why it failed and what to do, then how one failure led to the next. */
import type { CauseRow, NextStep, ReportModel } from "../model.ts";
import { html, linkTo, type Markup, type Part } from "./markup.ts";
import { moment } from "./shell.ts";

export function htmlWhy({ story, status, next, gates }: ReportModel): Markup | null {
  if (status === "running" || gates.length > 0) return null;
  if (status !== "fail" && next.length === 0) return null;
  const what = story === null ? null : html`<p>${story.advice}</p>`;
  return html`<section class="card${status === "fail" ? " s-fail" : ""}" id="s-why"><h2>What to do now</h2>${what}${commands(next)}</section>`;
}

const commands = (steps: readonly NextStep[]): Markup | null =>
  steps.length === 0
    ? null
    : html`<ul class="commands">${steps.map(
        ({ command, why: reason, url }) =>
          html`<li><code>${command}</code> ${
            url === undefined
              ? html`<span class="muted">${reason}</span>`
              : html`<a href="${linkTo(url)}">${reason}</a>`
          }</li>`,
      )}</ul>`;

/** From the stage where it began to the end of the run. */
export function chain({ causes, status }: ReportModel): Markup | null {
  if (causes.length === 0 || status !== "fail") return null;
  const [root, ...after] = causes.toReversed();
  return html`<section class="card" id="s-chain"><h2>How it failed</h2><ol class="chain">${[
    cause(root!, after.length > 0 ? "It began here" : null),
    ...after.map((one) => cause(one, "which ended")),
  ]}</ol></section>`;
}

const cause = (one: CauseRow, lead: string | null): Markup =>
  html`<li>${lead === null ? null : html`<span class="muted">${lead}:</span> `}<strong>${one.label}</strong> <span class="muted">${one.label === one.node_id ? null : html`<code>${one.node_id}</code>`}${
    one.branch_key === undefined ? null : html` in branch <code>${one.branch_key}</code>`
  }</span><pre class="reason">${one.reason}</pre><details><summary class="muted">class and signature</summary><p><span class="tag">${one.class}</span>${
    one.signature === "" ? null : html` <span class="muted"><code>${one.signature}</code></span>`
  }</p></details></li>`;

/** How it had ended before it was resumed. */
export function htmlEarlier({ earlier }: ReportModel): Markup | null {
  if (earlier.length === 0) return null;
  return html`<section class="card" id="s-earlier"><h2>Earlier in this run</h2><ul class="earlier">${earlier.map(
    ({ at, sentence, resumedBy }) =>
      html`<li>${moment(Date.parse(at))}: ${sentence} <span class="muted">resumed by ${resumedBy}</span></li>`,
  )}</ul></section>`;
}

export function htmlFindings(report: ReportModel): Markup | null {
  if (report.findings.length === 0) return null;
  return html`<section class="card" id="s-findings"><h2>Diagnosis</h2><dl class="findings">${report.findings.map(
    (one) => html`<dt>${one.title} <span class="tag ${one.severity}">${one.code}</span></dt>
<dd>${one.evidence}</dd><dd><strong>What to do:</strong> ${words(one.advice)}</dd>`,
  )}</dl></section>`;
}

/** What stands between backticks is code. */
const words = (text: string): Part =>
  text.split(/`([^`\n]+)`/).map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part));
