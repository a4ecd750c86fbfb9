/** Stops a run from another process: asks its driver, then insists; where nobody drives it, records the end. */
import { hostname } from "node:os";
import { type Clock, machineClock } from "../clock.ts";
import { type LockOwner, lockRunFolder, runFolderOwner } from "../ledger/lock.ts";
import { endMarked, marksOfRun, sendSignal } from "../stages/strays.ts";
import { sendControl } from "./controls.ts";
import { endRun } from "./end-run.ts";
import { lookAt, type Sight } from "./look.ts";
import { openRun } from "./open-run.ts";
import { writeProjections } from "./write-projections.ts";

export interface StopOptions {
  readonly by: string;
  readonly reason: string;
  /** How long the driver may take before it is ended by force. */
  readonly graceMs: number;
  readonly clock?: Clock;
}

const POLL_MS = 100;
/** After a kill, how long the system may take to let go of the process. */
const FORCED_MS = 5_000;

export async function stopRun(root: string, options: StopOptions): Promise<Sight> {
  const clock = options.clock ?? machineClock;
  const driver = await runFolderOwner(root);
  if (driver) {
    await sendControl(root, { kind: "cancel", by: options.by, reason: options.reason }, clock.now());
    if (!(await gone(root, options.graceMs, clock))) await force(root, driver, clock);
  }
  if ((await runFolderOwner(root)) !== null) return lookAt(root, clock);
  const seen = await openRun(root, clock).catch(() => null);
  if (!seen || seen.log.state.ended) return lookAt(root, clock);
  return endHere(root, seen.stored.manifest.run_id, options, clock);
}

/** Nobody drives it: it waits for a person, or its driver is gone. */
async function endHere(root: string, runId: string, options: StopOptions, clock: Clock): Promise<Sight> {
  const lock = await lockRunFolder(root, runId);
  try {
    await endMarked(marksOfRun(root), null, 2000);
    const { log, ledger } = await openRun(root, clock);
    if (!log.state.ended) {
      await endRun(log, { event: "cancellation_requested", reason: options.reason, by: options.by });
    }
    await writeProjections(root, log.state);
    await ledger.close();
  } finally {
    await lock.release();
  }
  return lookAt(root, clock);
}

async function force(root: string, driver: LockOwner, clock: Clock): Promise<void> {
  // Processes of another machine cannot be reached; the look that follows says who still drives the run.
  if (driver.host !== hostname()) return;
  sendSignal(driver.pid, "SIGKILL");
  await gone(root, FORCED_MS, clock);
}

async function gone(root: string, withinMs: number, clock: Clock): Promise<boolean> {
  const until = clock.elapsed() + withinMs;
  while (clock.elapsed() < until) {
    if ((await runFolderOwner(root)) === null) return true;
    await clock.sleep(POLL_MS, new AbortController().signal);
  }
  return (await runFolderOwner(root)) === null;
}
