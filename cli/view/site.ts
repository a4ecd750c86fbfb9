/** What `attractor view` shows: the runs of a folder, one run, one file of an attempt. */
import { attemptFileNamed, attemptFiles, tailOf } from "../../engine/local/attempt-files.ts";
import type { Sight } from "../../engine/local/look.ts";
import { lookAt } from "../../engine/local/look.ts";
import { redactDeep } from "../../engine/redact/redact.ts";
import { agentLine } from "../../engine/report/agent-line.ts";
import { reportOf } from "../../engine/report/from-state.ts";
import { html, type Markup } from "../../engine/report/html/markup.ts";
import { type ListedRun, runList } from "../../engine/report/html/run-list.ts";
import { runMain } from "../../engine/report/html/run-main.ts";
import type { AttemptLine, Link, NextStep } from "../../engine/report/model.ts";
import { type WholeRun, wholeRun } from "../runs/whole-run.ts";
import { account } from "../screen/account.ts";
import { commandTypedAs } from "../typed-as.ts";
import { buttons } from "./answering.ts";

const FILE_BYTES = 1024 * 1024;

export interface Site {
  readonly base: string;
  readonly redact: (text: string) => string;
}

export async function listMain(roots: readonly string[], { base, redact }: Site): Promise<Markup> {
  const rows: ListedRun[] = [];
  for (const root of roots) {
    const seen = await lookAt(root).catch(() => null);
    if (seen) rows.push(redactDeep(listed(seen, base), redact));
  }
  rows.sort((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0));
  return html`<section class="title" id="s-title"><h1>Runs on this machine</h1></section>
<section class="card" id="s-runs">${runList(rows, html`<p>No runs here yet. Start one with <code>attractor run GRAPH</code>.</p>`)}</section>`;
}

function listed({ runId, run, final, live }: Sight, base: string): ListedRun {
  const href = `${base}/runs/${encodeURIComponent(runId)}`;
  if (!run?.state.started) {
    const status = final?.status ?? live?.status ?? "running";
    const nothing = { durationMs: null, tokens: null, costUsd: null, costComplete: true };
    const about = {
      graph: final?.graph.path ?? runId,
      goal: "",
      startedAt: null,
      pullRequest: null,
      by: null,
    };
    return { ...nothing, ...about, href, runId, status };
  }
  const { state, pipeline } = run;
  const { totals, graph, goal, status } = reportOf(state, pipeline, { findings: [], next: [], links: [] });
  const durationMs = Math.max(0, (state.endedAt ?? Date.now()) - state.startedAt);
  return {
    ...totals,
    durationMs,
    href,
    runId,
    graph,
    goal,
    status,
    startedAt: state.startedAt,
    pullRequest: null,
    by: null,
  };
}

export interface RunPage {
  readonly title: string;
  readonly main: Markup;
  /** Nothing of it will change any more. */
  readonly over: boolean;
  /** Of the log, in events. */
  readonly length: number;
}

export async function runPage(root: string, site: Site): Promise<RunPage> {
  return pageOf(root, await wholeRun(root), site);
}

async function pageOf(
  root: string,
  { seen, events, report }: WholeRun,
  { base, redact }: Site,
): Promise<RunPage> {
  const over = seen.final !== null && seen.driver === null;
  if (!report) {
    const main = html`<section class="title" id="s-title"><h1>Run ${seen.runId}</h1><pre>${redact(account(seen))}</pre></section>`;
    return { title: seen.runId, main, over, length: events.length };
  }
  const at = `${base}/runs/${encodeURIComponent(seen.runId)}`;
  const filesOf = ({ folder }: AttemptLine): Link[] =>
    folder === null
      ? []
      : attemptFiles(root, folder).map(({ name, title }) => ({
          title,
          url: `${at}/file?at=${encodeURIComponent(folder)}&name=${name}`,
        }));
  const main = await runMain({
    report: redactDeep({ ...report, next: report.next.map(typedHere) }, redact),
    log: redactDeep(events, redact),
    until: seen.run?.state.endedAt ?? Date.now(),
    answering: buttons(`${at}/answer`),
    filesOf,
  });
  return { title: `${report.graph}: ${report.status}`, main, over, length: events.length };
}

const typedHere = (step: NextStep): NextStep => ({
  ...step,
  command: commandTypedAs(process.env, step.command),
});

/** Null: there is no such file. `folder` is below the run's own, and no part of it leads up. */
export function filePage(
  root: string,
  folder: string,
  given: string,
  redact: (text: string) => string,
): Markup | null {
  const name = attemptFileNamed(given);
  if (name === null || !/^[\w.-]+(?:\/[\w.-]+)*$/.test(folder) || /(?:^|\/)\.\.?(?:\/|$)/.test(folder))
    return null;
  const part = tailOf(root, folder, name, FILE_BYTES);
  if (part === null) return null;
  const told =
    name === "events.ndjson" ? part.text.split("\n").flatMap((line) => agentLine(line) ?? []) : null;
  return html`<section class="title" id="s-title"><h1>${folder}/${name}</h1>${
    part.before === 0
      ? null
      : html`<p class="muted">The last ${part.end - part.before} bytes of ${part.end}.</p>`
  }</section>${
    told === null
      ? null
      : html`<section class="card"><h2>Tool calls</h2><pre>${redact(told.join("\n"))}</pre></section>`
  }<section class="card file"><pre>${redact(part.text)}</pre></section>`;
}
