/** One check run: its title, buttons and summary, beside the list of all. */
import { html, linkTo, type Markup } from "../../../engine/report/html/markup.ts";
import type { DemoWorld } from "../../world.ts";
import { markdown } from "../markdown.ts";
import { runChecks } from "./conversation.ts";
import { buttons, dot, lookOf, pullPath } from "./shell.ts";

export function checks(world: DemoWorld, wanted: string | null, here: readonly string[]): Markup {
  const all = runChecks(world);
  const shown = all.find((check) => String(check.id) === wanted) ?? all[0];
  if (!shown)
    return html`<section class="card" id="s-none"><p class="muted">No check yet. A run brings one.</p></section>`;
  return html`<div class="split" id="s-split"><nav class="side" aria-label="Check runs"><ul class="checks">${all.map(
    (check) =>
      html`<li>${dot(lookOf(check.status, check.conclusion))}<a href="${pullPath(world)}/checks?check=${check.id}"${
        check === shown ? html` aria-current="true"` : null
      }>${check.name}</a></li>`,
  )}</ul></nav>
<section class="card"><div class="check-head"><h1>${dot(lookOf(shown.status, shown.conclusion))} ${shown.title ?? shown.name}</h1>${buttons(shown)}</div>
<p class="muted">${shown.name}${
    shown.detailsUrl === ""
      ? null
      : html` · <a href="${linkTo(shown.detailsUrl)}">Details on the run page</a>`
  }</p><div class="body">${markdown(shown.summary ?? "", here)}</div></section></div>`;
}
