/** A run's report as GitHub markdown: masked, without mentions, within the limit, ending with the command to type. */

import { redactDeep } from "../redact/redact.ts";
import type { RunReport } from "./model.ts";
import { branches } from "./sections/branches.ts";
import { findings } from "./sections/findings.ts";
import { gates } from "./sections/gates.ts";
import { graph } from "./sections/graph.ts";
import { headline } from "./sections/headline.ts";
import { links } from "./sections/links.ts";
import { next } from "./sections/next.ts";
import type { Forms } from "./sections/shared.ts";
import { stages } from "./sections/stages.ts";
import { why } from "./sections/why.ts";
import { truncateMarkdown } from "./truncate.ts";

/** A comment holds 65,536 characters; the rest is for what the caller adds. */
const MARKDOWN_MAX_CHARS = 60_000;

/** In the order they are read. */
const PARTS: readonly ((report: RunReport) => Forms)[] = [
  headline,
  why,
  gates,
  findings,
  branches,
  stages,
  graph,
  links,
];
/** What gives way first when there is not room for all. */
const SHRINK_ORDER = [stages, graph, branches, findings, why, links];

export function renderMarkdown(
  report: RunReport,
  redact: (text: string) => string,
  maxChars = MARKDOWN_MAX_CHARS,
): string {
  const safe = redactDeep(report, redact);
  const last = next(safe);
  const room = maxChars - last.length - 3;
  const forms = new Map(PARTS.map((part) => [part, [...part(safe)]]));
  const body = (): string =>
    PARTS.map((part) => forms.get(part)![0]!)
      .filter((text) => text !== "")
      .join("\n\n");
  for (const part of SHRINK_ORDER) {
    while (forms.get(part)!.length > 1 && body().length > room) forms.get(part)!.shift();
  }
  return `${truncateMarkdown(body(), room)}\n\n${last}\n`;
}
