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
  /** Writes when something changed and enough time has passed, and always at a wait or an end. */
  update(state: RunState): Promise<void>;
}

export function projector(root: string, clock: Clock): Projector {
  let lastSeq = -1;
  let lastAt = Number.NEGATIVE_INFINITY;
  return {
    async update(state) {
      if (state.seq === lastSeq || !state.started) return;
      const settled = state.ended !== null || isWaiting(state);
      if (!settled && clock.now() - lastAt < EVERY_MS) return;
      lastSeq = state.seq;
      lastAt = clock.now();
      await writeProjections(root, state);
    },
  };
}

export async function writeProjections(root: string, state: RunState): Promise<void> {
  await writeJsonAtomic(join(root, FILES.live), liveOf(state));
  await writeJsonAtomic(join(root, FILES.checkpoint), checkpointOf(state));
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
