/**
 * A trunk job takes in what the branches before it left, ends their hop and, where the run's workflow decides, claims the next
 * one: all in one commit, so that nothing is ever planned and unclaimed inside a workflow run (docs/protocol.md, "Rounds").
 */
import { machineClock } from "../../engine/clock.ts";
import { LedgerError } from "../../engine/ledger/port.ts";
import { runBy } from "./changed-sources.ts";
import { again, appendClaim, type Claim, type ClaimedHop, readAfterGo } from "./claim.ts";
import { usedWith } from "./control-output.ts";
import { endHop, type HopCloser, NOTHING, TRIES } from "./hop-end.ts";
import { endRound } from "./next-round.ts";
import { laterTrunk } from "./round.ts";
import { settlePieces } from "./settle-pieces.ts";
import type { CollectPorts } from "./settle-ports.ts";

/** Branches that this workflow run had in the rounds so far. */
export const usedBefore = ({ inputs: { go } }: Pick<CollectPorts, "inputs">): number =>
  go?.kind === "legs" ? usedWith(go) : 0;

/** Not `ok`: no round of this job's begins. `found` is the run as it stands. */
export async function collectRound(ports: CollectPorts): Promise<Claim> {
  const { job, inputs } = ports;
  const go = inputs.go?.kind === "legs" ? inputs.go : null;
  let held = await readAfterGo(ports);
  for (;;) {
    const task = laterTrunk(held.state, job, go);
    if (task.does === "leave") return { ok: false, why: task.why, found: held, settled: false };
    if (task.does === "collect") {
      const goesOn = await close(ports, held, true);
      const found = await again(ports, held);
      if (goesOn) return found;
      return { ok: false, why: "the branches are taken in", found, settled: true };
    }
    const claimed = await appendClaim(ports, held, task);
    held = await again(ports, held);
    if (claimed) return held;
  }
}

/** Ends the hop of a job whose own work is over: what follows is for others (`endRound`). */
export async function closeWorked(ports: CollectPorts, held: ClaimedHop): Promise<void> {
  await close(ports, held, false);
}

/** Ends the hop that this job holds; `collects`: with what its branches brought. True: it holds the next one. */
async function close(ports: CollectPorts, first: ClaimedHop, collects: boolean): Promise<boolean> {
  const own = first.state.hop!;
  for (let attempt = 1; ; attempt++) {
    // Who only took branches in has just read; who worked has written since.
    const held = collects && attempt === 1 ? first : await again(ports, first);
    const { hop } = held.state;
    if (hop?.hop !== own.hop || hop.epoch !== own.epoch || hop.status !== "claimed") return false;
    try {
      return await closed(ports, held, collects);
    } catch (error) {
      if (!(error instanceof LedgerError) || attempt === TRIES) throw error;
      ports.say.notice(`ending the hop again: ${error.message}`);
    }
  }
}

async function closed(ports: CollectPorts, held: ClaimedHop, collects: boolean): Promise<boolean> {
  let goesOn = false;
  const closer: HopCloser = async (log, outcome) => {
    const { now } = machineClock;
    const { readOnly } = ports.inputs;
    goesOn = await endRound(log, {
      ...{ outcome, claimant: runBy(ports.job), used: usedBefore(ports), readOnly, now, collects },
    });
  };
  await (collects ? settlePieces(ports, held, closer) : endHop(held, NOTHING, closer));
  return goesOn;
}
