/** The job's page in the Actions UI: what became of the run, the graph with its states, and what to type now. */
import { appendFile } from "node:fs/promises";
import { parseEvent } from "../../engine/core/events.ts";
import type { RunState } from "../../engine/core/state.ts";
import { findingsOf } from "../../engine/diagnose/findings-of.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { reportOf } from "../../engine/report/from-state.ts";
import { renderMarkdown } from "../../engine/report/markdown.ts";
import { nextSteps } from "../../github/notify/next-steps.ts";
import { pagesOf } from "../../github/notify/pages-of.ts";
import type { Published } from "../../github/publish.ts";
import type { JobPorts } from "../ports.ts";
import { isAlone } from "./outputs.ts";

/** GitHub takes a mebibyte a step, and shows nothing of a summary that is larger. */
const SUMMARY_CHARS = 250_000;

interface SummaryPorts {
  readonly job: Pick<JobPorts["job"], "summaryPath" | "serverUrl">;
  readonly inputs: Pick<JobPorts["inputs"], "part">;
  readonly redact: JobPorts["redact"];
}

export async function writeSummary(
  { job, inputs, redact }: SummaryPorts,
  pipeline: Pipeline,
  state: RunState,
  events: Iterable<unknown>,
  remark: string | null,
  published: Published | null = null,
): Promise<void> {
  if (job.summaryPath === null) return;
  const log = [...events];
  const report = reportOf(state, pipeline, {
    findings: findingsOf(log),
    next: nextSteps(state, { serverUrl: job.serverUrl, published, alone: isAlone(inputs) }),
    links: pagesOf(state, job.serverUrl, published),
    events: log.map(parseEvent),
  });
  const said = remark === null ? "" : `> ${oneLine(redact(remark))}\n\n`;
  await appendFile(job.summaryPath, `${said}${renderMarkdown(report, redact, SUMMARY_CHARS)}\n`);
}

const oneLine = (text: string): string =>
  text
    .replace(/\s+/g, " ")
    .replace(/[<>&`|[\]*_~@]/g, (char) => `&#${char.charCodeAt(0)};`)
    .slice(0, 1_000);
