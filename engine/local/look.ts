/**
 * A look at a run folder from another process. Whoever looks at a run whose driver is gone records the loss (R-LIFE-2);
 * a run that waits for a person is not lost (R-LIFE-9).
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, machineClock } from "../clock.ts";
import type { RunState } from "../core/state.ts";
import type { Pipeline } from "../graph/pipeline.ts";
import { LockedError, type LockOwner, lockRunFolder, runFolderOwner } from "../ledger/lock.ts";
import type { LedgerEvent } from "../ledger/port.ts";
import { processStart } from "../ledger/process-identity.ts";
import { type Final, finalOf } from "../ledger/projections/final.ts";
import { isWaiting, type Live, liveOf } from "../ledger/projections/live.ts";
import { answeredAt } from "./answer.ts";
import { aborted, endRun } from "./end-run.ts";
import { exists, FILES, RunFolderError, readManifest } from "./folder.ts";
import { finalWithoutRun } from "./not-started.ts";
import { openRun } from "./open-run.ts";
import { storedFinal } from "./stored-final.ts";
import { endStuck } from "./unresumable-run.ts";
import { writeProjections } from "./write-projections.ts";

export interface Sight {
  readonly root: string;
  readonly runId: string;
  /** Who drives it now; null when nobody does. */
  readonly driver: LockOwner | null;
  /** This look found the driver gone and recorded it. */
  readonly lossRecorded: boolean;
  readonly live: Live | null;
  readonly final: Final | null;
  /** A question was answered while nobody drove the run: it is not lost, it goes on when it is resumed. */
  readonly answered?: boolean;
  /** Why the folder cannot be read any more, and what to do; `final` says it too. */
  readonly problem?: { readonly message: string; readonly fix: string };
  /** Absent when the run ended before it had a log. */
  readonly run: { readonly state: RunState; readonly pipeline: Pipeline } | null;
}

export async function lookAt(root: string, clock: Clock = machineClock): Promise<Sight> {
  try {
    return await look(root, clock);
  } catch (error) {
    const final = error instanceof LockedError ? null : await endStuck(root, clock, error).catch(() => null);
    if (final === null) throw error;
    const { message, fix } = error as Error & { fix?: string };
    const problem = { message, fix: fix ?? "restore the run folder from a copy" };
    return {
      root,
      runId: final.run_id,
      driver: null,
      lossRecorded: false,
      live: null,
      final,
      problem,
      run: null,
    };
  }
}

async function look(root: string, clock: Clock): Promise<Sight> {
  const driver = await runFolderOwner(root);
  if (driver) return read(root, driver, clock);
  if (!(await exists(join(root, FILES.log)))) return unstarted(root, clock);
  const seen = await read(root, null, clock);
  // Nothing to record: the folder stays as it is.
  const rests = seen.answered || (seen.run !== null && isWaiting(seen.run.state));
  if (rests || (seen.final && (await storedFinal(root)))) return seen;
  let lock: Awaited<ReturnType<typeof lockRunFolder>>;
  try {
    lock = await lockRunFolder(root, seen.runId);
  } catch (error) {
    // Somebody took it up in this moment, or the folder is only to be read.
    if (error instanceof LockedError) return read(root, error.owner, clock);
    if (["EACCES", "EROFS", "ENOSPC"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return read(root, null, clock);
    throw error;
  }
  try {
    return await recordIfLost(root, clock);
  } finally {
    await lock.release();
  }
}

async function recordIfLost(root: string, clock: Clock): Promise<Sight> {
  const { log, pipeline, stored, ledger, snapshot } = await openRun(root, clock);
  try {
    const answered = await isAnswered(root, snapshot.events);
    const lost = !log.state.ended && !isWaiting(log.state) && !answered;
    if (lost) {
      const reason =
        "the process that drove this run is gone: killed, out of memory, or its machine stopped; attempts that were running are lost";
      await endRun(log, aborted(reason, "status"));
    }
    if (lost || (log.state.ended && !(await storedFinal(root)))) await writeProjections(root, log.state);
    const seen = sight(root, stored.manifest.run_id, null, log.state, pipeline, lost);
    return answered ? { ...seen, answered } : seen;
  } finally {
    await ledger.close();
  }
}

async function read(root: string, driver: LockOwner | null, clock: Clock): Promise<Sight> {
  if (!(await exists(join(root, FILES.log)))) {
    const runId = driver?.run_id ?? (await readManifest(root)).run_id;
    return { root, runId, driver, lossRecorded: false, live: null, final: null, run: null };
  }
  const { log, pipeline, stored, ledger, snapshot } = await openRun(root, clock);
  await ledger.close();
  const seen = sight(root, stored.manifest.run_id, driver, log.state, pipeline, false);
  return driver === null && (await isAnswered(root, snapshot.events)) ? { ...seen, answered: true } : seen;
}

/** The last line is an answer that no driver took. */
const isAnswered = async (root: string, events: readonly LedgerEvent[]): Promise<boolean> =>
  events.at(-1)?.event === "human_gate_answered" && (await answeredAt(root)) === events.at(-1)?.seq;

/** No log and nobody there: it failed before its first line, or its process was killed before. */
async function unstarted(root: string, clock: Clock): Promise<Sight> {
  const found = await storedFinal(root);
  const pid = Number(await readFile(join(root, FILES.pid), "utf8").catch(() => "0"));
  const runId = root.split("/").at(-1) ?? root;
  // Detached a moment ago: its process has not come to the lock yet.
  if (!found && pid > 0 && (await processStart(pid)) !== null)
    return { root, runId, driver: null, lossRecorded: false, live: null, final: null, run: null };
  if (!found && pid === 0 && !(await exists(join(root, "lock")))) {
    throw new RunFolderError(
      `${root} is no run folder: it has no ${FILES.manifest}`,
      "give the folder that `attractor run` printed as logs_root, or the id of a run under .attractor/runs",
    );
  }
  const about = { runId, source: "", graphPath: null, now: clock.now() };
  const gone = new Error("the process that should have driven this run was gone before its first line");
  const final = found ?? (await finalWithoutRun(root, about, gone));
  return { root, runId: final.run_id, driver: null, lossRecorded: !found, live: null, final, run: null };
}

const sight = (
  root: string,
  runId: string,
  driver: LockOwner | null,
  state: RunState,
  pipeline: Pipeline,
  lossRecorded: boolean,
): Sight => ({
  root,
  runId,
  driver,
  lossRecorded,
  live: state.started ? liveOf(state) : null,
  final: state.ended ? finalOf(state) : null,
  run: { state, pipeline },
});
