/** What a job finds in the ledger, and how it writes there. */
import type { EventBody, RunEvent } from "../../engine/core/events.ts";
import { foldAll } from "../../engine/core/fold.ts";
import type { RunState } from "../../engine/core/state.ts";
import { openLog, type RunLog } from "../../engine/drive/log.ts";
import type { Ledger, Snapshot } from "../../engine/ledger/port.ts";
import { asEvent } from "./ledgers.ts";
import type { SimWorld } from "./model.ts";
import { clockOf, type Life } from "./time.ts";
import type { SimJob } from "./workflow-run.ts";

export interface Looked {
  readonly snapshot: Snapshot;
  readonly events: readonly RunEvent[];
  readonly state: RunState;
}

export async function look({ pipeline }: SimWorld, ledger: Ledger): Promise<Looked> {
  const snapshot = await ledger.read();
  const events = snapshot.events.map(asEvent);
  return { snapshot, events, state: foldAll(pipeline, events) };
}

export const logAt = (
  { pipeline, time }: SimWorld,
  life: Life,
  ledger: Ledger,
  { snapshot, state }: Pick<Looked, "snapshot" | "state">,
): RunLog =>
  openLog(
    { pipeline, ledger, clock: clockOf(time, life), from: state, folded: snapshot.events.length },
    snapshot,
  );

export const holderOf = ({ run, attempt }: SimJob) => ({ runId: run.id, attempt });

export const stamped = ({ time }: SimWorld, event: EventBody) => ({
  ts: new Date(time.now()).toISOString(),
  ...event,
});

/** The ledger as it is, which no job can know: a read may lag. */
export const truth = ({ pipeline, refs }: SimWorld): RunState => foldAll(pipeline, refs.log("trunk"));
