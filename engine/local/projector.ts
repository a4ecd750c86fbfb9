/** Keeps the files that people and tools read in step with the log. The log is the truth; these may lag a moment. */
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type RunState, TRUNK } from "../core/state.ts";
import type { Clock } from "../drive/clock.ts";
import { writeJsonAtomic } from "../ledger/atomic.ts";
import { checkpointOf } from "../ledger/projections/checkpoint.ts";
import { finalOf } from "../ledger/projections/final.ts";
import { isWaiting, liveOf } from "../ledger/projections/live.ts";
import { FILES } from "./folder.ts";

/** A loop of fast stages does not spend its time on rewriting the same files. */
const EVERY_MS = 200;

export interface Projector {
  /** Begins to write when something changed and enough time has passed; at a wait or an end it has written. */
  update(state: RunState): Promise<void>;
}

export function projector(root: string, clock: Clock): Projector {
  let lastSeq = -1;
  let lastAt = Number.NEGATIVE_INFINITY;
  /** Stages do not wait for these files; a failure is told at the next update. */
  let writing: Promise<void> | null = null;
  let failure: { error: unknown } | null = null;
  const begin = (state: RunState) => {
    lastSeq = state.seq;
    lastAt = clock.now();
    writing = writeProjections(root, state)
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => {
        writing = null;
      });
  };
  return {
    async update(state) {
      if (failure) throw failure.error;
      if (!state.started) return;
      const settled = state.ended !== null || isWaiting(state);
      const due = clock.now() - lastAt >= EVERY_MS;
      if (state.seq !== lastSeq && (settled || (due && !writing))) {
        await writing;
        begin(state);
      }
      if (settled) await writing;
      if (failure) throw (failure as { error: unknown }).error;
    },
  };
}

export async function writeProjections(root: string, state: RunState): Promise<void> {
  // Taken now: the state moves on while the files are written.
  const [live, checkpoint] = [liveOf(state), checkpointOf(state)];
  await writeJsonAtomic(join(root, FILES.live), live);
  await writeJsonAtomic(join(root, FILES.checkpoint), checkpoint);
  if (state.ended) await writeFinal(root, state);
}

/** Mirrored into the folder of the last restart: whoever watches there sees the end too (R-LIFE-5). */
async function writeFinal(root: string, state: RunState): Promise<void> {
  const final = finalOf(state);
  const restarts = state.scopes.get(TRUNK)?.restarts ?? 0;
  if (restarts > 0) {
    const mirror = join(root, `restart-${restarts}`, FILES.final);
    await mkdir(dirname(mirror), { recursive: true });
    await writeJsonAtomic(mirror, final);
  }
  await writeJsonAtomic(join(root, FILES.final), final);
}
