/** A run on this machine goes on from its folder. */
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, machineClock } from "../clock.ts";
import { runningAttempts } from "../core/effects.ts";
import type { EventBody } from "../core/events.ts";
import { type NewBounds, newBudget } from "../core/new-budget.ts";
import { TRUNK } from "../core/state.ts";
import { writeFileAtomic } from "../ledger/atomic.ts";
import { lockRunFolder } from "../ledger/lock.ts";
import { finalOf } from "../ledger/projections/final.ts";
import { liveOf } from "../ledger/projections/live.ts";
import { endMarked, marksOfRun } from "../stages/strays.ts";
import { majorOf, otherMajor } from "../version.ts";
import { conduct } from "./conduct.ts";
import type { DriverOptions, RunReport } from "./driver.ts";
import { FILES, RunFolderError, readManifest } from "./folder.ts";
import { openWorkspaces } from "./git-workspaces.ts";
import { openRun } from "./open-run.ts";
import { checkAnswers, simulationOf } from "./prepare-run.ts";
import { startRun } from "./run.ts";
import { storedFinal } from "./stored-final.ts";
import { endStuck, finalWhenStuck } from "./unresumable-run.ts";
import { writeProjections } from "./write-projections.ts";

/** Stages of a killed driver get this long to end by themselves. */
const STRAY_GRACE_MS = 2000;

export interface ResumeOptions extends DriverOptions {
  readonly by: string;
  /** Bounds that hold from now on in place of those that the run began with. */
  readonly budget?: NewBounds;
}

/** Goes on with what a run folder holds: after a crash, a wait, or an end that was no success. */
export async function resumeRun(folder: string, options: ResumeOptions): Promise<RunReport> {
  const clock = options.clock ?? machineClock;
  const root = await realpath(folder).catch(() => folder);
  const { run_id } = await readManifest(root).catch(async (error: unknown) => {
    await endStuck(root, clock, error);
    throw error;
  });
  const lock = await lockRunFolder(root, run_id);
  try {
    return await goOn(root, options, clock);
  } catch (error) {
    await finalWhenStuck(root, run_id, clock, error).catch(() => undefined);
    throw error;
  } finally {
    await lock.release();
  }
}

async function goOn(root: string, options: ResumeOptions, clock: Clock): Promise<RunReport> {
  const { stored, pipeline, ledger, snapshot, log } = await openRun(root, clock, options.prepare);
  const { manifest } = stored;
  const { state } = log;
  refuseOtherMajor(manifest.engine_version);
  checkAnswers(pipeline, options.answers);
  if (state.ended?.event === "run_completed") {
    // Killed between its last line and its final: all that is left to do is to write that.
    if ((await storedFinal(root)) === null) {
      await writeProjections(root, state);
      return {
        root,
        runId: manifest.run_id,
        why: "ended",
        live: liveOf(state),
        final: finalOf(state),
        run: { state, pipeline },
      };
    }
    throw new RunFolderError(
      `run ${manifest.run_id} has ended with success: there is nothing to resume`,
      "start a new run, or fork this one at a node with `attractor fork`",
    );
  }
  // A driver that was killed may have left stages running: they must not write beside those that start now.
  await endMarked(marksOfRun(root), null, STRAY_GRACE_MS);
  const workspaces = await openWorkspaces({
    root,
    runId: manifest.run_id,
    workdir: manifest.workdir,
    config: stored.config,
    exempt: [],
    alone: manifest.repo === null && manifest.run_branch === null,
    at: state.scopes.get(TRUNK)?.commit ?? manifest.base_sha,
  });
  try {
    await writeFileAtomic(join(root, FILES.pid), `${process.pid}\n`);
    const opening: EventBody[] = [
      ...(snapshot.repaired
        ? [
            {
              event: "warning" as const,
              code: "torn_line",
              message: `line ${snapshot.repaired.line} was cut short by a crash and dropped (${snapshot.repaired.bytes} bytes)`,
            },
          ]
        : []),
      {
        event: "run_resumed",
        by: options.by,
        reopened: state.ended !== null,
        lost_attempts: runningAttempts(pipeline, state).length,
        ...newBudget(state.budget, options.budget ?? {}),
      },
    ];
    return await conduct({
      options,
      clock,
      root,
      stored,
      pipeline,
      simulation: simulationOf(stored.script),
      ledger,
      workspaces,
      snapshot,
      opening,
      startChild: startRun,
      resumeChild: resumeRun,
    });
  } finally {
    await workspaces.close();
  }
}

function refuseOtherMajor(version: string): void {
  const why = otherMajor(version);
  if (why === null) return;
  throw new RunFolderError(why, `resume it with attractor ${majorOf(version)}.x, or fork it with this one`);
}
