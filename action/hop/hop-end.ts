/** The hop's last append: results, the hop's end, its files made few, its state, and the legs' refs folded into one. */

import { machineClock } from "../../engine/clock.ts";
import { stateToJson } from "../../engine/core/checkpoint.ts";
import type { BodyOf, EventBody } from "../../engine/core/events.ts";
import type { RunState } from "../../engine/core/state.ts";
import { openLog, type RunLog } from "../../engine/drive/log.ts";
import type { RefUpdate } from "../../engine/git/refs.ts";
import type { Ledger } from "../../engine/ledger/port.ts";
import { timeWasUp } from "../work/job-time.ts";
import type { ClaimedHop } from "./claim.ts";
import { settleHop } from "./next-round.ts";

/** Others may append requests, and a late branch may write, while a hop is ended: it is read and ended again then. */
export const TRIES = 5;

type Outcome = BodyOf<"hop_settled">["outcome"];

/** What branches brought, and what moves with it in the same push. */
export interface Brought {
  readonly events: readonly EventBody[];
  readonly alongside: readonly RefUpdate[];
}

export const NOTHING: Brought = { events: [], alongside: [] };

/** How a job ends a hop: what it appends behind the results, all in one commit. */
export type HopCloser = (log: RunLog, outcome: Outcome) => Promise<void>;

export async function endHop(
  { pipeline, ledger, snapshot, state: before }: ClaimedHop,
  { events, alongside }: Brought,
  close: HopCloser = settled,
): Promise<void> {
  const { hop } = before.hop!;
  const carrying: Ledger = {
    ...ledger,
    append: (tip, lines) =>
      ledger.append(tip, lines, { alongside, seal: hop, checkpoint: () => stateToJson(log.state) }),
  };
  const log = openLog({ pipeline, ledger: carrying, clock: machineClock }, snapshot);
  for (const event of events) log.push(event);
  await close(log, outcomeOf(log.state, snapshot.events, events));
  await log.flush();
}

/** `before`: the log; `brought`: what stands behind it by now, of branches or of the trunk's turn. */
export function outcomeOf(
  { stop }: RunState,
  before: readonly { readonly event: string }[],
  brought: readonly EventBody[],
): Outcome {
  if (stop?.status === "canceled") return "canceled";
  return timeWasUp(before, brought) ? "yield" : "done";
}

/** The hop is over, and what follows is for somebody else to say. */
const settled: HopCloser = async (log, outcome) => settleHop(log, outcome);
