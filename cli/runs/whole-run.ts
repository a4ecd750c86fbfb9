/** A run folder read whole: where it stands, its log, and the report of it. */
import { join } from "node:path";
import { parseEvent, type RunEvent } from "../../engine/core/events.ts";
import type { RunState } from "../../engine/core/state.ts";
import type { Finding } from "../../engine/diagnose/finding.ts";
import { findingsIn, findingsOf } from "../../engine/diagnose/findings-of.ts";
import { readRun } from "../../engine/diagnose/folder/read-run.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { fileLedger } from "../../engine/ledger/file-ledger.ts";
import { exists, FILES } from "../../engine/local/folder.ts";
import { lookAt, type Sight } from "../../engine/local/look.ts";
import { localShows } from "../../engine/local/shows.ts";
import { reportOf } from "../../engine/report/from-state.ts";
import type { ReportModel } from "../../engine/report/model.ts";
import { causesOf } from "../../engine/report/rows/causes.ts";
import { localNext } from "./next-steps.ts";

export interface WholeRun {
  readonly seen: Sight;
  readonly events: readonly RunEvent[];
  /** Null: it ended before it had a log, or the log cannot be read. */
  readonly report: ReportModel | null;
}

export async function wholeRun(root: string): Promise<WholeRun> {
  const seen = await lookAt(root);
  if (!seen.run?.state.started) return { seen, events: [], report: null };
  const events = await readEvents(root, seen.runId);
  const { state, pipeline } = seen.run;
  const report = reportOf(state, pipeline, {
    findings: await findingsHere(seen, events),
    next: localNext(seen, failedAt(state, pipeline)),
    links: [],
    events,
    now: Date.now(),
    shows: await localShows(root, state, pipeline),
  });
  return { seen, events, report };
}

/** While it goes on, what its log shows; afterwards the files around the log too. */
async function findingsHere({ root, final }: Sight, events: readonly RunEvent[]): Promise<Finding[]> {
  return final ? findingsIn(await readRun(root, Date.now())) : findingsOf(events, "attractor");
}

/** A stage of the graph, not the run as such. */
function failedAt(state: RunState, pipeline: Pipeline): string | undefined {
  const node = causesOf(state, pipeline).at(-1)?.node_id;
  return node !== undefined && pipeline.stages.has(node) ? node : undefined;
}

export async function readEvents(root: string, runId: string): Promise<RunEvent[]> {
  const path = join(root, FILES.log);
  if (!(await exists(path))) return [];
  const ledger = fileLedger(path, runId);
  try {
    return (await ledger.read()).events.map(parseEvent);
  } finally {
    await ledger.close();
  }
}
