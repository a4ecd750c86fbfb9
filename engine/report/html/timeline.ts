/** The timeline as rows of bars. Bars are drawings: the page's policy forbids inline styles, and needs none. */
import type { RunEvent } from "../../core/events.ts";
import type { ReportModel } from "../model.ts";
import { durationText } from "../units.ts";
import { html, type Markup } from "./markup.ts";
import { type TimeScale, timeScale } from "./time-scale.ts";
import { type Bar, type BarState, type TimelineRow, timelineOf } from "./timeline-rows.ts";

const MOST_ROWS = 200;
const WIDTH = 1000;
const LEAST = 4;
/** Nothing ran. */
const IDLE = new Set<BarState>(["waiting", "queued", "retry"]);

const KEY: Readonly<Partial<Record<BarState, string>>> = {
  success: "succeeded",
  fail: "failed",
  canceled: "canceled",
  running: "running",
  waiting: "waiting for a person",
  retry: "waiting for a retry",
  queued: "queued",
};

export function timeline(events: readonly RunEvent[], report: ReportModel, end: number): Markup | null {
  const rows = timelineOf(events, end);
  const bars = rows.flatMap((row) => row.bars);
  if (bars.length === 0) return null;
  const start = Math.min(...bars.map((bar) => bar.from), Date.parse(events[0]?.ts ?? ""));
  const worked = bars.filter((bar) => !IDLE.has(bar.state));
  const labels = new Map(report.stages.map((row) => [row.id, row.label]));
  const branches = new Map(report.branches.map((row) => [row.key.replace(/\/v\d+\//g, "/"), row.label]));
  const scale = timeScale(worked, { from: start, to: Math.max(end, ...bars.map((bar) => bar.to)) });
  const all = groupsOf(rows).flatMap((group) => {
    const [first, second] = group;
    const head = second
      ? [
          html`<tr class="branch"><th scope="rowgroup" colspan="3">${branches.get(first?.branch ?? "") ?? ""} <span class="muted"><code>${first?.branch}</code></span></th></tr>`,
        ]
      : [];
    return [...head, ...group.map((row) => rowOf(row, labels, scale, second !== undefined))];
  });
  const more =
    all.length > MOST_ROWS ? html`<p class="muted">… and ${all.length - MOST_ROWS} more rows.</p>` : null;
  return html`<section class="card" id="s-timeline"><h2>Timeline</h2>
<table class="timeline"><thead><tr><th scope="col">Stage</th><th scope="col" class="axis"><span>0</span><span>${durationText(
    scale.whole.to - scale.whole.from,
  )}</span></th><th scope="col" class="n">Time</th></tr></thead><tbody>${all.slice(0, MOST_ROWS)}</tbody></table>${more}${legend(bars)}${
    scale.cuts.length === 0 ? null : html`<p class="muted">Grey: nothing ran; shown shorter than it was.</p>`
  }</section>`;
}

function legend(bars: readonly Bar[]): Markup {
  const used = new Set(bars.map((bar) => bar.state));
  const entries = Object.entries(KEY).filter(([state]) => used.has(state as BarState));
  return html`<p class="key">${entries.map(
    ([state, words]) => html`<span><span class="dot s-${state}"></span>${words}</span>`,
  )}</p>`;
}

/** The trunk's rows one by one, a branch's together, in the order in which they began. */
function groupsOf(rows: readonly TimelineRow[]): TimelineRow[][] {
  const began = (group: readonly TimelineRow[]): number =>
    Math.min(...group.flatMap((row) => row.bars.map((bar) => bar.from)));
  return [...Map.groupBy(rows, (row) => row.branch ?? `trunk ${row.node}`).values()].sort(
    (a, b) => began(a) - began(b),
  );
}

function rowOf(
  { node, branch, bars }: TimelineRow,
  labels: ReadonlyMap<string, string>,
  scale: TimeScale,
  indent: boolean,
): Markup {
  const label = labels.get(node) ?? node;
  const worked = bars.filter((bar) => !IDLE.has(bar.state));
  const total = (worked.length > 0 ? worked : bars).reduce((sum, bar) => sum + bar.to - bar.from, 0);
  return html`<tr${indent ? html` class="in-branch"` : null}><th scope="row" title="${branch === null ? node : `${node} in ${branch}`}">${label}</th>
<td><svg class="bars" viewBox="0 0 ${WIDTH} 16" preserveAspectRatio="none" role="img" aria-label="${bars.map((bar) => bar.note).join("; ")}">${scale.cuts.map(
    (cut) =>
      html`<rect class="cut" x="${cut.from * WIDTH}" y="0" width="${(cut.to - cut.from) * WIDTH}" height="16"></rect>`,
  )}${bars.map((bar) => barOf(bar, scale))}</svg></td>
<td class="n">${bars.length === 0 ? "" : durationText(total)}</td></tr>`;
}

function barOf(bar: Bar, scale: TimeScale): Markup {
  const x = scale.place(bar.from) * WIDTH;
  const width = Math.max(LEAST, scale.place(bar.to) * WIDTH - x);
  const left = Math.min(x, WIDTH - LEAST);
  return html`<rect class="bar s-${bar.state}" x="${left.toFixed(1)}" y="2" width="${width.toFixed(1)}" height="12" rx="2"><title>${bar.note}, ${durationText(bar.to - bar.from)}</title></rect>`;
}
