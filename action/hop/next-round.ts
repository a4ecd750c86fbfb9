/** The end of a hop in a trunk job, and the beginning of the next one in the same commit: nothing is planned and unclaimed. */

import { lostAttempts } from "../../engine/core/attempt-end.ts";
import { runningAttempts } from "../../engine/core/effects.ts";
import type { PlannedBranch } from "../../engine/core/events/flow.ts";
import type { BodyOf } from "../../engine/core/events.ts";
import { plannedLegs } from "../../engine/core/legs.ts";
import { isReadOnlyBranch, type ReadOnly, readOnlyTurn } from "../../engine/core/read-only.ts";
import { type RunState, TRUNK } from "../../engine/core/state.ts";
import type { RunLog } from "../../engine/drive/log.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { plannedHop, whatFollows } from "../../github/coordinator/next-hop.ts";
import { type LegsGo, MOST_LEGS } from "./go.ts";

export interface RoundEnd {
  readonly outcome: BodyOf<"hop_settled">["outcome"];
  /** Whose claim the next round is. */
  readonly claimant: Omit<BodyOf<"hop_started">, "event" | "hop" | "epoch">;
  /** Branches that this workflow run had in all rounds so far. */
  readonly used: number;
  /** Which stages jobs run that may only read. */
  readonly readOnly: ReadOnly;
  readonly now: () => number;
  /** Where the app decides: this job waits for what it plans. */
  readonly asks?: boolean;
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
    const handed = handedOn(pipeline, log.state, end.readOnly);
    return end.outcome !== "yield" && (handed === null || hasRoom(handed, end.used));
  };
  // What could not run here is not asked for: a hop in which nothing is done is as bad as one that is lost.
  settleHop(log, end.outcome, byApp && end.asks === true && end.outcome === "done" && mayFollow());
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

/** What one job of a matrix does: a branch, or the turn of the trunk that stands at this node. */
export type Piece = PlannedBranch | string;

/** What a trunk job hands on to the matrices of its round. */
export interface Handed {
  readonly max: number;
  readonly legs: readonly Piece[];
  /** For jobs that may only read, where the others may write. */
  readonly readOnly: readonly Piece[];
}

/** null: the trunk's turn goes on where it is, or is over. */
export function handedOn(pipeline: Pipeline, state: RunState, readOnly: ReadOnly): Handed | null {
  const planned = plannedLegs(pipeline, state);
  if (planned === null) {
    const turn = readOnlyTurn(pipeline, state, readOnly);
    if (turn === null) return null;
    return readOnly === "all"
      ? { max: 1, legs: [turn], readOnly: [] }
      : { max: 1, legs: [], readOnly: [turn] };
  }
  const { branches, maxParallel, fan } = planned;
  const isApart = (branch: PlannedBranch) =>
    readOnly === "privileged" && isReadOnlyBranch(pipeline, fan.node, branch, readOnly);
  return {
    max: Math.min(MOST_LEGS, maxParallel),
    legs: branches.filter((branch) => !isApart(branch)),
    readOnly: branches.filter(isApart),
  };
}

/** Whether this workflow run may have these too; those of a single round always fit. */
export const hasRoom = ({ legs, readOnly }: Handed, used: number): boolean =>
  used + legs.length + readOnly.length <= MOST_LEGS;

/** `title`: the value of the matrix. */
export const legsGo = (
  { hop }: RunState,
  { max, legs, readOnly }: Handed,
  title: (piece: Piece) => string,
  used: number,
): LegsGo => ({
  ...{ kind: "legs", hop: hop!.hop, epoch: hop!.epoch, max, used },
  ...{ legs: legs.map(title), readOnly: readOnly.map(title) },
});
