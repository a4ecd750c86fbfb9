/** The end of a hop in a trunk job, and the beginning of the next one in the same commit: nothing is planned and unclaimed. */

import { lostAttempts } from "../../engine/core/attempt-end.ts";
import { runningAttempts } from "../../engine/core/effects.ts";
import type { BodyOf } from "../../engine/core/events.ts";
import type { ReadOnly } from "../../engine/core/read-only-stages.ts";
import { TRUNK } from "../../engine/core/state.ts";
import type { RunLog } from "../../engine/drive/log.ts";
import { plannedHop, whatFollows } from "../../github/coordinator/next-hop.ts";
import { handedOn, hasRoom } from "./handed-on.ts";

export interface RoundEnd {
  readonly outcome: BodyOf<"hop_settled">["outcome"];
  /** Whose claim the next round is. */
  readonly claimant: Omit<BodyOf<"hop_started">, "event" | "hop" | "epoch">;
  /** Branches that this workflow run had in all rounds so far. */
  readonly used: number;
  /** Which stages jobs run that may only read. */
  readonly readOnly: ReadOnly;
  readonly now: () => number;
  /**
   * This job took branches in, and has its time before it: it may go on with what follows. One whose own work is over neither
   * claims nor asks: a question or the end follows, and what a person made of it meanwhile `next` dispatches.
   */
  readonly collects: boolean;
}

/**
 * Pushes `hop_settled` and, where the run's workflow decides, what follows: decisions and joins, then plan and claim of the
 * next round, or a question, or the end. Flushes nothing: it is all one commit, and who loses it reads and tries again.
 * True: this job holds the next round and goes on. False: it says `goAfter`.
 */
export async function endRound(log: RunLog, end: RoundEnd): Promise<boolean> {
  const { pipeline } = log;
  const byApp = log.state.started?.coordinator !== "workflow";
  const mayFollow = () => {
    if (!end.collects || end.outcome !== "done") return false;
    const handed = handedOn(pipeline, log.state, end.readOnly);
    return handed === null || hasRoom(handed, end.used);
  };
  // What could not run here is not asked for: a hop in which nothing is done is as bad as one that is lost.
  settleHop(log, end.outcome, byApp && mayFollow());
  if (byApp) return false;
  const follows = await whatFollows(log, { now: end.now });
  if (follows.kind !== "hop" || !mayFollow()) return false;
  const plan = log.push(plannedHop(log.state)) as BodyOf<"hop_planned">;
  log.push({ event: "hop_started", hop: plan.hop, epoch: plan.epoch, ...end.claimant });
  return true;
}

/** Pushes the end of the hop that is under way; `next` and `canceled` leave what follows to the coordinator. */
export function settleHop(log: RunLog, outcome: RoundEnd["outcome"], asks = false): void {
  // A trunk job that was lost in the middle of a stage: what ran there is over, and costs no retry.
  const running = runningAttempts(log.pipeline, log.state).filter(({ scope }) => scope === TRUNK);
  for (const event of lostAttempts(log.pipeline, log.state, running)) log.push(event);
  const { hop, epoch } = log.state.hop!;
  log.push({ event: "hop_settled", hop, epoch, outcome, ...(asks ? { asks } : {}) });
}
