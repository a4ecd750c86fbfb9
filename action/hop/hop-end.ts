/** The hop's last append: results, the hop's end, its files made few, its state, and the legs' refs folded into one. */

import { machineClock } from "../../engine/clock.ts";
import { lostAttempts } from "../../engine/core/attempt-end.ts";
import { stateToJson } from "../../engine/core/checkpoint.ts";
import { runningAttempts } from "../../engine/core/effects.ts";
import type { EventBody } from "../../engine/core/events.ts";
import { TRUNK } from "../../engine/core/state.ts";
import { openLog } from "../../engine/drive/log.ts";
import type { RefUpdate } from "../../engine/git/refs.ts";
import type { Ledger } from "../../engine/ledger/port.ts";
import { timeWasUp } from "../work/job-time.ts";
import type { ClaimedHop } from "./claim.ts";

export async function endHop(
  { pipeline, ledger, snapshot, state: before }: ClaimedHop,
  events: readonly EventBody[],
  alongside: readonly RefUpdate[],
): Promise<void> {
  const { hop, epoch } = before.hop!;
  const carrying: Ledger = {
    ...ledger,
    append: (tip, lines) =>
      ledger.append(tip, lines, { alongside, seal: hop, checkpoint: () => stateToJson(log.state) }),
  };
  const log = openLog({ pipeline, ledger: carrying, clock: machineClock }, snapshot);
  for (const event of events) log.push(event);
  // The trunk job vanished in the middle of a stage: what ran there is over, and costs no retry.
  const running = runningAttempts(pipeline, log.state).filter((effect) => effect.scope === TRUNK);
  for (const event of lostAttempts(pipeline, log.state, running)) log.push(event);
  const canceled = log.state.stop?.status === "canceled";
  const outcome = canceled ? "canceled" : timeWasUp(snapshot.events, events) ? "yield" : "done";
  log.push({ event: "hop_settled", hop, epoch, outcome });
  await log.flush();
}
