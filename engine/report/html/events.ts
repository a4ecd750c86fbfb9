/** The log, the newest first: a sentence where there is one, and always the event as it was recorded. */
import type { RunEvent } from "../../core/events.ts";
import { storyLine } from "../story.ts";
import { durationText } from "../units.ts";
import { html, type Markup } from "./markup.ts";

const MOST = 300;
/** Many, and each like the one before. */
const NOISE = new Set(["stage_heartbeat", "checkpoint_saved"]);

export function events(log: readonly RunEvent[], startedAt: number): Markup {
  const told = log.filter((event) => !NOISE.has(event.event));
  const shown = told.slice(-MOST).toReversed();
  return html`<section class="card" id="s-events"><h2>Events</h2>
<p class="choice"><input type="checkbox" id="all-events"> <label for="all-events">also the small steps between</label></p>
<ol class="events" reversed>${shown.map((event) => line(event, startedAt))}</ol>
${told.length > shown.length ? html`<p class="muted">${told.length - shown.length} earlier events are in the run's ledger and artifacts.</p>` : null}</section>`;
}

function line(event: RunEvent, startedAt: number): Markup {
  const words = storyLine(event);
  return html`<li id="e${event.seq}"${words === null ? html` class="quiet"` : null}><details><summary><span class="at">+${durationText(Date.parse(event.ts) - startedAt)}</span> ${
    words === null ? html`<span class="muted">${event.event}${subject(event)}</span>` : words
  }</summary><pre>${JSON.stringify(event, null, 2)}</pre></details></li>`;
}

function subject(event: RunEvent): string {
  if ("node_id" in event && event.node_id) return ` ${event.node_id}`;
  if ("from_node" in event && "to_node" in event) return ` ${event.from_node} → ${event.to_node}`;
  return "hop" in event && event.hop ? ` ${event.hop}` : "";
}
