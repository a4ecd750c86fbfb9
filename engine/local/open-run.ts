/** A run folder opened for reading: its graph as the run has it, its log, and where it stands. */
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import { openLog, type RunLog, type Watcher } from "../drive/log.ts";
import type { Pipeline } from "../graph/pipeline.ts";
import type { PrepareOptions } from "../graph/prepare.ts";
import { type FileLedger, fileLedger } from "../ledger/file-ledger.ts";
import type { LedgerEvent, Snapshot } from "../ledger/port.ts";
import { OutsideRunFolderError, usePath } from "../ledger/stored-path.ts";
import { messageOf } from "../message-of.ts";
import { FILES, RunFolderError, readRunFolder, type StoredRun } from "./folder.ts";
import { preparedPipeline, storedPromptReader } from "./prepare-run.ts";

export interface OpenRun {
  readonly stored: StoredRun;
  readonly pipeline: Pipeline;
  readonly ledger: FileLedger;
  readonly snapshot: Snapshot;
  readonly log: RunLog;
}

/** Takes no lock: whoever wants to write holds it already. */
export async function openRun(
  root: string,
  clock: Clock,
  options: PrepareOptions = {},
  watch?: Watcher,
): Promise<OpenRun> {
  const stored = await readRunFolder(root);
  const { manifest } = stored;
  const { pipeline } = preparedPipeline(stored.graph, manifest.inputs, {
    readPrompt: storedPromptReader(stored.prompts),
    others: true,
    ...options,
  });
  const ledger = fileLedger(join(root, FILES.log), manifest.run_id);
  const snapshot = await ledger.read();
  await checkStageFolders(root, snapshot.events);
  try {
    const log = openLog({ pipeline, ledger, clock, ...(watch ? { watch } : {}) }, snapshot);
    return { stored, pipeline, ledger, snapshot, log };
  } catch (error) {
    throw new RunFolderError(
      `${join(root, FILES.log)} holds what cannot have happened in this run: ${messageOf(error)}`,
      "restore the log from a copy; nothing was changed",
      { cause: error },
    );
  }
}

/** A log that names a folder elsewhere was changed, or a stage put a link in its folder's place (R-CKPT-5). */
async function checkStageFolders(root: string, events: readonly LedgerEvent[]): Promise<void> {
  const seen = new Set<string>();
  for (const [n, { stage_dir: stored }] of events.entries()) {
    if (typeof stored !== "string" || seen.has(stored)) continue;
    seen.add(stored);
    await usePath(root, stored).catch((error: unknown) => {
      if (!(error instanceof OutsideRunFolderError)) throw error;
      throw new RunFolderError(
        `${join(root, FILES.log)} line ${n + 1} names a stage folder that is not the run's: ${error.message}`,
        "restore the log and the stage's folder from a copy; nothing was changed",
        { cause: error },
      );
    });
  }
}
