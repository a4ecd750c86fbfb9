/** What waits for a provider to be paid. */
import type { ReportedPause, ReportModel } from "../model.ts";
import { html, type Markup } from "./markup.ts";
import { moment } from "./shell.ts";

export function htmlPauses({ pauses: stopped }: ReportModel): Markup | null {
  if (stopped.length === 0) return null;
  return html`<section class="card s-waiting" id="s-pauses"><h2>Paused: a provider asks for money or time</h2>${stopped.map(pause)}</section>`;
}

function pause({ id, branchKey, provider, reason, until, deadline }: ReportedPause): Markup {
  const where = branchKey === null ? null : html` in branch <code>${branchKey}</code>`;
  const again = until === null ? "" : ` It says that it may be asked again from ${until}.`;
  return html`<p><code>${id}</code>${where}: ${provider} refused.${again}</p><pre>${reason}</pre>
<p class="muted">Without resume it fails at ${moment(Date.parse(deadline))}.</p>`;
}
