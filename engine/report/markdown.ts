/** A run's report as GitHub markdown: masked, without mentions, within the limit; the cause and what to do come first. */
import { redactDeep } from "../redact/redact.ts";
import type { ReportModel } from "./model.ts";
import { about } from "./sections/about.ts";
import { branches } from "./sections/branches.ts";
import { earlier } from "./sections/earlier.ts";
import { findings } from "./sections/findings.ts";
import { gates } from "./sections/gates.ts";
import { graph } from "./sections/graph.ts";
import { headline } from "./sections/headline.ts";
import { hops } from "./sections/hops.ts";
import { links } from "./sections/links.ts";
import { next } from "./sections/next.ts";
import { path } from "./sections/path.ts";
import { pauses } from "./sections/pauses.ts";
import { providers } from "./sections/providers.ts";
import type { Forms } from "./sections/shared.ts";
import { stages } from "./sections/stages.ts";
import { why } from "./sections/why.ts";
import { truncateMarkdown } from "./truncate.ts";

/** A comment holds 65,536 characters; the rest is for what the caller adds. */
const MARKDOWN_MAX_CHARS = 60_000;

/** Before what to do now. */
const FIRST: readonly ((report: ReportModel) => Forms)[] = [headline, gates, pauses];
/** After it, in the order they are read. */
const REST: readonly ((report: ReportModel) => Forms)[] = [
  about,
  earlier,
  findings,
  path,
  branches,
  stages,
  providers,
  hops,
  graph,
  why,
  links,
];
/** What gives way first when there is not room for all. */
const SHRINK_ORDER = [hops, stages, graph, providers, path, branches, findings, gates, why, links];

export function renderMarkdown(
  report: ReportModel,
  redact: (text: string) => string,
  maxChars = MARKDOWN_MAX_CHARS,
): string {
  const safe = redactDeep(report, redact);
  const now = next(safe);
  const room = maxChars - now.length - 5;
  const forms = new Map([...FIRST, ...REST].map((part) => [part, [...part(safe)]]));
  const text = (parts: typeof REST): string =>
    parts
      .map((part) => forms.get(part)![0]!)
      .filter((words) => words !== "")
      .join("\n\n");
  const length = (): number => text(FIRST).length + text(REST).length;
  for (const part of SHRINK_ORDER) {
    while (forms.get(part)!.length > 1 && length() > room) forms.get(part)!.shift();
  }
  const first = truncateMarkdown(text(FIRST), room);
  const rest = truncateMarkdown(text(REST), Math.max(0, room - first.length));
  return `${[first, now, rest].filter((words) => words !== "").join("\n\n")}\n`;
}
