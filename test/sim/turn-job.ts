/** Jobs that may only read: the trunk's turn, or a branch; what they did is one artifact, and nothing of it is there before. */
import { startsElsewhere } from "../../engine/core/read-only.ts";
import { openLog, type RunLog } from "../../engine/drive/log.ts";
import type { LedgerEvent, NewEvent, Snapshot } from "../../engine/ledger/port.ts";
import { simLedger, simRefs } from "./ledgers.ts";
import { legRef } from "./leg-refs.ts";
import type { Looked } from "./look.ts";
import type { SimWorld } from "./model.ts";
import { clockOf } from "./time.ts";
import { work } from "./work.ts";
import type { SimJob } from "./workflow-run.ts";

/** As the key of a branch: the trunk's turn. */
export const TURN_KEY = "";

const FAULTLESS = { lostAnswer: 0, staleRead: 0, latencyMs: 1 };

/** A log on the job's own disk. */
export async function ownLog(
  { pipeline, time, chance }: SimWorld,
  { life }: SimJob,
  first: readonly NewEvent[],
  from?: Looked["state"],
): Promise<{ log: RunLog; written: () => Promise<readonly LedgerEvent[]> }> {
  const ledger = simLedger({ time, chance, refs: simRefs(), faults: FAULTLESS }, life, "run1", "own");
  const snapshot: Snapshot = await ledger.create(first);
  const log = openLog(
    { pipeline, ledger, clock: clockOf(time, life), ...(from === undefined ? {} : { from }) },
    snapshot,
  );
  return { log, written: async () => (await ledger.read()).events };
}

export function leaveParcel(world: SimWorld, job: SimJob, ref: string, events: readonly LedgerEvent[]): void {
  if (!job.life.dead) world.parcels.set(ref, events);
}

export async function playTurn(world: SimWorld, job: SimJob, { snapshot, state }: Looked): Promise<void> {
  const known = snapshot.events.length;
  const { log, written } = await ownLog(world, job, snapshot.events);
  const elsewhere = startsElsewhere(world.pipeline, () => log.state, world.readOnly, true);
  const why = await work(world, job, log, { writer: "trunk", focus: TURN_KEY, elsewhere });
  if (why === "yield") log.push({ event: "warning", code: "yield", message: "the job's time is up" });
  await log.flush();
  const { hop } = state;
  leaveParcel(world, job, legRef(TURN_KEY, hop?.epoch ?? 0, job.attempt), (await written()).slice(known));
}
