/** The end of a run that cannot be taken up again: its folder is damaged, or its engine is another one (R-LIFE-10). */
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import { lockRunFolder, runFolderOwner } from "../ledger/lock.ts";
import type { Final } from "../ledger/projections/final.ts";
import { messageOf } from "../message-of.ts";
import { exists, FILES } from "./folder.ts";
import { finalWithoutRun } from "./not-started.ts";
import { storedFinal } from "./stored-final.ts";

/** Whether something of a run lies there; without it a folder is none, and nothing is written into it. */
async function holdsRun(root: string): Promise<boolean> {
  for (const name of [FILES.log, FILES.manifest, "lock"]) {
    if (await exists(join(root, name))) return true;
  }
  return false;
}

/** Takes the lock for it; null where somebody drives the run, or where there is none. */
export async function endStuck(root: string, clock: Clock, error: unknown): Promise<Final | null> {
  if (!(await holdsRun(root)) || (await runFolderOwner(root)) !== null) return null;
  const runId = root.split("/").at(-1) ?? root;
  const lock = await lockRunFolder(root, runId);
  try {
    return await finalWhenStuck(root, runId, clock, error);
  } finally {
    await lock.release();
  }
}

/** An end that is there stays. The log is untouched, so that the run can go on once it is fixed. */
export async function finalWhenStuck(
  root: string,
  runId: string,
  clock: Clock,
  error: unknown,
): Promise<Final> {
  const why = messageOf(error);
  const about = { runId, source: "", graphPath: null, now: clock.now() };
  return (
    (await storedFinal(root)) ??
    (await finalWithoutRun(root, about, new Error(`the run could not be taken up again: ${why}`)))
  );
}
