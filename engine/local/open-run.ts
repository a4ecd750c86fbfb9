/** A run folder opened for reading: its graph as the run has it, its log, and where it stands. */
import { join } from "node:path";
import type { Clock } from "../drive/clock.ts";
import { openLog, type RunLog, type Watcher } from "../drive/log.ts";
import type { Pipeline } from "../graph/pipeline.ts";
import type { PrepareOptions } from "../graph/prepare.ts";
import { type FileLedger, fileLedger } from "../ledger/file-ledger.ts";
import type { Snapshot } from "../ledger/port.ts";
import { FILES, RunFolderError, readRunFolder, type StoredRun } from "./folder.ts";
import { keptReader, preparedPipeline } from "./prepare-run.ts";

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
    readPrompt: keptReader(stored.prompts),
    others: true,
    ...options,
  });
  const ledger = fileLedger(join(root, FILES.log), manifest.run_id);
  const snapshot = await ledger.read();
  try {
    const log = openLog({ pipeline, ledger, clock, ...(watch ? { watch } : {}) }, snapshot);
    return { stored, pipeline, ledger, snapshot, log };
  } catch (error) {
    throw new RunFolderError(
      `${join(root, FILES.log)} holds what cannot have happened in this run: ${error instanceof Error ? error.message : String(error)}`,
      "restore the log from a copy; nothing was changed",
      { cause: error },
    );
  }
}
