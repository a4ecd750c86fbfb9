/** The end of a run that could not begin, or not go on: there is no log line for it, and still a final (R-LIFE-1). */
import { join } from "node:path";
import { digestOf } from "../digest.ts";
import { writeJsonAtomic } from "../ledger/atomic.ts";
import { runFolderOwner } from "../ledger/lock.ts";
import { makeFolder } from "../ledger/make-folder.ts";
import type { Final } from "../ledger/projections/final.ts";
import { messageOf } from "../message-of.ts";
import { exists, FILES } from "./folder.ts";

export interface NotStarted {
  readonly runId: string;
  readonly source: string;
  readonly graphPath: string | null;
  readonly now: number;
}

export async function finalWithoutRun(root: string, run: NotStarted, error: unknown): Promise<Final> {
  const at = new Date(run.now).toISOString();
  const final: Final = {
    schema_version: 1,
    run_id: run.runId,
    graph: {
      name: "",
      digest: digestOf(run.source),
      ...(run.graphPath === null ? {} : { path: run.graphPath }),
    },
    status: "fail",
    failure_reason: messageOf(error),
    failure_class: "structural",
    failure_signature: "run|structural|not-started",
    started_at: at,
    finished_at: at,
    duration_ms: 0,
    completed_nodes: [],
    node_visits: {},
    node_retries: {},
    branches: [],
    totals: { attempts: 0, tokens: 0, cost_usd: 0, cost_usd_known: 0, cost_complete: true, by_provider: {} },
    git: { base_sha: null, final_commit: null, run_branch: null },
    hops: 0,
    restarts: 0,
    resumes: 0,
  };
  await writeJsonAtomic(join(root, FILES.final), final);
  return final;
}

/** For what fails before the folder is this run's: in one that holds a run already, nothing is written. */
export async function endBeforeStart(root: string, run: NotStarted, error: unknown): Promise<void> {
  try {
    if ((await exists(join(root, FILES.log))) || (await runFolderOwner(root)) !== null) return;
    await makeFolder(root);
    await finalWithoutRun(root, run, error);
  } catch {
    // The first failure is the one to tell.
  }
}
