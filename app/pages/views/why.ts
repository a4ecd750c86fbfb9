/** What a person needs first: the question that waits, the reason that ended it, what to type now. */
import type { Cause } from "../../../engine/core/outcome.ts";
import type { GateRow, RunReport } from "../../../engine/report/model.ts";
import { plural } from "../../../engine/report/units.ts";
import { html, type Markup } from "../html.ts";
import { moment } from "./shell.ts";

export function gates(report: RunReport): Markup | null {
  if (report.gates.length === 0) return null;
  return html`<section class="card s-waiting" id="s-gates"><h2>Waiting for a person</h2>${report.gates.map(gate)}</section>`;
}

function gate({ id, question, choices, deadline, defaultChoice }: GateRow): Markup {
  const commands =
    choices.length > 0
      ? choices.map((choice) => `/attractor choose ${id} ${choice}`)
      : [`/attractor answer ${id} your words`];
  const then = defaultChoice === null ? "then the gate fails" : `then “${defaultChoice}” is taken`;
  return html`<p class="question">${question}</p>
<p>Use a button of the check, or comment one of these on the pull request:</p>
<ul class="commands">${commands.map((command) => html`<li><code>${command}</code></li>`)}</ul>
${deadline === null ? null : html`<p class="muted">Until ${moment(Date.parse(deadline))}, ${then}.</p>`}`;
}

export function why({ causes, status }: RunReport): Markup | null {
  const [first, ...rest] = causes;
  if (!first || status !== "fail") return null;
  return html`<section class="card s-fail" id="s-why"><h2>Why</h2>${cause(first)}${
    rest.length === 0
      ? null
      : html`<details open><summary>${plural(rest.length, "cause")} under it</summary>${rest.map(cause)}</details>`
  }</section>`;
}

const cause = (one: Cause): Markup =>
  html`<p><code>${one.node_id}</code>${
    one.branch_key === undefined ? null : html` in branch <code>${one.branch_key}</code>`
  } <span class="tag">${one.class}</span>${
    one.signature === "" ? null : html` <span class="muted">signature <code>${one.signature}</code></span>`
  }</p><pre class="reason">${one.reason}</pre>`;

export function findings(report: RunReport): Markup | null {
  if (report.findings.length === 0) return null;
  return html`<section class="card" id="s-findings"><h2>Diagnosis</h2><dl class="findings">${report.findings.map(
    (one) => html`<dt><span class="tag ${one.severity}">${one.code}</span> ${one.title}</dt>
<dd>${one.evidence}</dd><dd><strong>What to do:</strong> ${one.advice}</dd>`,
  )}</dl></section>`;
}

/** With a gate open its choices say it already. */
export function next(report: RunReport): Markup | null {
  if (report.gates.length > 0 || report.status === "running") return null;
  return html`<section class="card" id="s-next"><h2>Next</h2><ul class="commands">${report.next.map(
    ({ command, why: reason }) => html`<li><code>${command}</code> <span class="muted">${reason}</span></li>`,
  )}</ul></section>`;
}
