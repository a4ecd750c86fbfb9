/** Keeps the files that people and tools read in step with the log. The log is the truth; these may lag a moment. */

import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { asJson } from "../as-json.ts";
import type { Clock } from "../clock.ts";
import type { BodyOf } from "../core/events.ts";
import { type RunState, TRUNK } from "../core/state.ts";
import { replaceFile, syncFolder, writeJsonAtomic } from "../ledger/atomic.ts";
import { checkpointOf } from "../ledger/projections/checkpoint.ts";
import { finalOf } from "../ledger/projections/final.ts";
import { isWaiting, liveOf } from "../ledger/projections/live.ts";
import { FILES } from "./folder.ts";

/** A loop of fast stages does not spend its time on rewriting the same files. */
const EVERY_MS = 200;
/** Nor more than this share of it, where the disk is slow or the run long. */
const SHARE = 1 / 20;
const SELDOM_MS = 2_000;

export interface Projector {
  /** What changed is written at once, or when enough time has passed; at a wait or an end it has been written. */
  update(state: RunState): Promise<void>;
  /** Nothing is written after it. */
  stop(): Promise<void>;
}

/** `flush`: these files never know more than the log. `saved` is told of a checkpoint that has a stage more than the one before. */
export function projector(
  root: string,
  clock: Clock,
  flush: () => Promise<void>,
  saved: (event: BodyOf<"checkpoint_saved">) => void = () => undefined,
): Projector {
  let told = "";
  let latest: RunState | null = null;
  let lastSeq = -1;
  let nextAt = Number.NEGATIVE_INFINITY;
  let stopped = false;
  let alarm = new AbortController();
  /** Stages do not wait for these files; a failure is told at the next update. */
  let writing: Promise<void> | null = null;
  let failure: { error: unknown } | null = null;

  const write = async (state: RunState) => {
    const from = clock.elapsed();
    const { seq } = state;
    lastSeq = seq;
    const done = lastDone(state);
    await writeProjections(root, state);
    const took = clock.elapsed() - from;
    nextAt = from + Math.min(Math.max(EVERY_MS, took / SHARE), SELDOM_MS);
    if (done === null || done.visit === told) return;
    told = done.visit;
    saved({ event: "checkpoint_saved", node_id: done.node, at_seq: seq });
  };
  /** What comes until then is written together; what came last is written though nothing follows it. */
  const inTime = async () => {
    const wait = nextAt - clock.elapsed();
    if (wait > 0) await clock.sleep(wait, alarm.signal);
    if (alarm.signal.aborted) return;
    await flush();
    if (latest) await write(latest);
  };
  const begin = () => {
    if (writing || stopped || failure || !latest || latest.seq === lastSeq) return;
    alarm = new AbortController();
    writing = inTime()
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => {
        writing = null;
        begin();
      });
  };
  const settle = async () => {
    stopped = true;
    alarm.abort("now");
    await writing;
  };
  return {
    async update(state) {
      if (failure) throw failure.error;
      if (!state.started || state.seq === lastSeq) return;
      latest = state;
      if (state.ended === null && !isWaiting(state)) return begin();
      await settle();
      stopped = false;
      await write(state);
    },
    stop: settle,
  };
}

/** The trunk's last visit that is over. */
function lastDone(state: RunState): { readonly node: string; readonly visit: string } | null {
  const trunk = state.scopes.get(TRUNK);
  const node = trunk?.lastNode ?? null;
  return node === null ? null : { node, visit: `${node}@${trunk?.nodes.get(node)?.visits}` };
}

export async function writeProjections(root: string, state: RunState): Promise<void> {
  // Taken now: the state moves on while the files are written.
  const [live, checkpoint] = [liveOf(state), checkpointOf(state)];
  await replaceFile(join(root, FILES.live), asJson(live));
  await replaceFile(join(root, FILES.checkpoint), asJson(checkpoint));
  await syncFolder(root);
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
