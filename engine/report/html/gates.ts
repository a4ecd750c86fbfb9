/** The questions that wait, what is to be approved, and how to answer. */
import type { Shown } from "../../core/shown.ts";
import type { GateRow, ReportModel } from "../model.ts";
import { plural } from "../units.ts";
import { diffLines } from "./diff-lines.ts";
import { html, type Markup } from "./markup.ts";
import { moment } from "./shell.ts";

/** How a question is answered where this page is: by buttons, or by commands to copy. */
export type Answering = (gate: GateRow) => Markup;

export function htmlGates(report: ReportModel, answering: Answering): Markup | null {
  if (report.gates.length === 0) return null;
  return html`<section class="card s-waiting" id="s-gates"><h2>Waiting for a person</h2>${report.gates.map((gate) => question(gate, answering))}</section>`;
}

function question(gate: GateRow, answering: Answering): Markup {
  const { deadline, defaultChoice } = gate;
  const then = defaultChoice === null ? "then the gate fails" : `then “${defaultChoice}” is taken`;
  return html`<p class="question">${gate.question}</p>${gate.shows.map(shown)}${answering(gate)}${
    deadline === null ? null : html`<p class="muted">Until ${moment(Date.parse(deadline))}, ${then}.</p>`
  }`;
}

const shown = ({ name, kind, text, left }: Shown): Markup =>
  html`<details class="shown" open><summary>${name}</summary><pre>${kind === "diff" ? diffLines(text) : text}</pre>${
    left === 0 ? null : html`<p class="muted">${plural(left, "more character")}.</p>`
  }</details>`;

export const commandsFor =
  (
    command: (gate: GateRow, choice: string) => string,
    free: (gate: GateRow) => string,
    how: string,
  ): Answering =>
  (gate) => {
    const commands =
      gate.choices.length > 0 ? gate.choices.map((choice) => command(gate, choice)) : [free(gate)];
    return html`<p>${how}</p><ul class="commands">${commands.map((each) => html`<li><code>${each}</code></li>`)}</ul>`;
  };
