/** What the run cost, by provider and model. Unknown is said, never shown as nothing. */
import type { RunState } from "../../../engine/core/state.ts";
import { count, money } from "../../../engine/report/units.ts";
import { html, type Markup } from "../html.ts";

export function costText(usd: number | null, complete: boolean): string {
  if (complete) return money(usd);
  return usd ? `${money(usd)} known, not complete` : "unknown";
}

export function costs({ usage, budget }: RunState): Markup | null {
  if (usage.size === 0) return null;
  return html`<section class="card" id="s-costs"><h2>Costs</h2><div class="scroll"><table>
<thead><tr><th>Provider</th><th>Model</th><th class="n">Calls</th><th class="n">Input</th><th class="n">Output</th><th class="n">Cost</th></tr></thead>
<tbody>${[...usage.values()].map(
    (line) =>
      html`<tr><td>${line.provider}</td><td>${line.model}</td><td class="n">${count(line.calls)}</td><td class="n">${count(
        line.input + line.cacheRead + line.cacheWrite,
      )}</td><td class="n">${count(line.output + line.reasoning)}</td><td class="n">${costText(line.usd, line.unknown === 0)}</td></tr>`,
  )}</tbody></table></div>${budget?.usd ? html`<p class="muted">The budget is ${money(budget.usd)}.</p>` : null}</section>`;
}
