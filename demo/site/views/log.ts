/** A job's log: time stamps apart, groups folded, errors and warnings in colour, terminal colours gone. */
import { html, type Markup } from "../../../engine/report/html/markup.ts";

const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\S*Z /;
const MOST = 5000;

export function logLines(log: string): Markup {
  const lines = log.split("\n");
  if (lines.at(-1) === "") lines.pop();
  if (lines.length === 0) return html`<p class="muted">Nothing written yet.</p>`;
  const parts: Markup[] = [];
  let group: { title: string; lines: Markup[] } | null = null;
  const close = (): void => {
    if (group) parts.push(html`<details><summary>${group.title}</summary>${group.lines}</details>`);
    group = null;
  };
  for (const [at, whole] of lines.slice(0, MOST).entries()) {
    const text = whole.replace(STAMP, "");
    const marked =
      /^(?:##\[|::)(group|endgroup|error|warning|notice|debug|command)(?:[^\]:]*)(?:\]|::)(.*)$/.exec(text);
    const [, kind, rest = ""] = marked ?? [];
    // How a job keeps what its stages print from being read as commands; of no interest to a reader.
    if (/^::(?:stop-commands::[\w-]+|[0-9a-f]{16,}::)$/.test(text)) continue;
    if (kind === "group") {
      close();
      group = { title: rest, lines: [] };
    } else if (kind === "endgroup") {
      close();
    } else {
      const line = html`<div class="line${kind === undefined ? "" : ` ${kind}`}"><span class="no">${at + 1}</span><span>${kind === undefined ? text : rest}</span></div>`;
      if (group) group.lines.push(line);
      else parts.push(line);
    }
  }
  close();
  return html`${parts}${lines.length > MOST ? html`<p class="muted">… and ${lines.length - MOST} more lines.</p>` : null}`;
}
