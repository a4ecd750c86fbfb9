/** What `/attractor diagnose` answers: why, what to do, and what the log shows, as one comment. */
import { parseEvent } from "../../engine/core/events.ts";
import type { RunState } from "../../engine/core/state.ts";
import { findingsOf } from "../../engine/diagnose/findings-of.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { redactDeep } from "../../engine/redact/redact.ts";
import { reportOf } from "../../engine/report/from-state.ts";
import { about } from "../../engine/report/sections/about.ts";
import { earlier } from "../../engine/report/sections/earlier.ts";
import { findings } from "../../engine/report/sections/findings.ts";
import { headline } from "../../engine/report/sections/headline.ts";
import { why } from "../../engine/report/sections/why.ts";
import { truncateMarkdown } from "../../engine/report/truncate.ts";

const MOST_CHARS = 20_000;

export function diagnosis(
  state: RunState,
  pipeline: Pipeline,
  events: Iterable<unknown>,
  redact: (text: string) => string,
): string {
  const log = [...events];
  const report = redactDeep(
    reportOf(state, pipeline, {
      findings: findingsOf(log),
      next: [],
      links: [],
      events: log.map(parseEvent),
    }),
    redact,
  );
  const parts = [
    headline(report)[0],
    report.story?.advice,
    about(report)[0],
    report.findings.length === 0
      ? `The log shows nothing ${report.status === "fail" ? "else that is " : ""}unusual.`
      : findings(report)[0],
    earlier(report)[0],
    why(report)[1],
  ];
  return truncateMarkdown(parts.filter(Boolean).join("\n\n"), MOST_CHARS);
}
