/** Answers on the page: a button for each choice, a field where words are asked for. */
import type { Answering } from "../../engine/report/html/gates.ts";
import { html } from "../../engine/report/html/markup.ts";

/** `action`: where the form goes. */
export const buttons =
  (action: string): Answering =>
  ({ id, choices }) =>
    html`<form method="post" action="${action}"><input type="hidden" name="gate" value="${id}">${
      choices.length > 0
        ? html`<p class="answers">${choices.map(
            (choice) => html`<button name="label" value="${choice}">${choice}</button>`,
          )}</p>`
        : html`<p class="answers"><textarea name="label" required maxlength="20000" aria-label="Your answer"></textarea><button>Answer</button></p>`
    }</form>`;
