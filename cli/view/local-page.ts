/** A run on this machine as one HTML file: with what its stages were asked and said, as far as that is read by people. */
import type { RunEvent } from "../../engine/core/events.ts";
import { attemptFiles, tailOf } from "../../engine/local/attempt-files.ts";
import type { Sight } from "../../engine/local/look.ts";
import { redactDeep } from "../../engine/redact/redact.ts";
import { agentLine } from "../../engine/report/agent-line.ts";
import { commandsFor } from "../../engine/report/html/gates.ts";
import { html, type Markup } from "../../engine/report/html/markup.ts";
import { renderHtml } from "../../engine/report/html/page.ts";
import type { AttemptLine, Link, ReportModel } from "../../engine/report/model.ts";
import { quoted } from "../../engine/report/quoted.ts";

/** Of one file, from its end; and of all: a page is to be opened by mail. */
const FILE_BYTES = 16 * 1024;
const ALL_BYTES = 2 * 1024 * 1024;

export async function localPage(
  { root, run }: Sight,
  events: readonly RunEvent[],
  report: ReportModel,
  redact: (text: string) => string,
): Promise<string> {
  const kept: Markup[] = [];
  let left = ALL_BYTES;
  const filesOf = ({ folder, id, visit, attempt }: AttemptLine): Link[] => {
    if (folder === null) return [];
    return attemptFiles(root, folder).flatMap(({ name, title }) => {
      const part = name === "status.json" || left <= 0 ? null : tailOf(root, folder, name, FILE_BYTES);
      if (part === null) return [];
      left -= part.end - part.before;
      const text = name === "events.ndjson" ? agentText(part.text) : part.text;
      const anchor = `f${kept.length}`;
      kept.push(
        html`<section class="card file" id="${anchor}"><h2>${id}@${visit}.${attempt} <span class="muted">${title}</span></h2>${
          part.before === 0
            ? null
            : html`<p class="muted">${part.before} bytes before are in ${folder}/${name}.</p>`
        }<pre>${redact(text)}</pre></section>`,
      );
      return [{ title, url: `#${anchor}` }];
    });
  };
  return renderHtml({
    report: redactDeep(report, redact),
    log: redactDeep(events, redact),
    until: run?.state.endedAt ?? Date.now(),
    answering: commandsFor(
      ({ id }, choice) => `attractor answer ${quoted(root)} ${id} ${quoted(choice)}`,
      ({ id }) => `attractor answer ${quoted(root)} ${id} 'your words'`,
      "Answer with one of these, then attractor resume:",
    ),
    filesOf,
    appendix: () => kept,
  });
}

const agentText = (text: string): string =>
  text
    .split("\n")
    .flatMap((line) => agentLine(line) ?? [])
    .join("\n");
