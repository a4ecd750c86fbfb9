/** What a trunk job hands on to other jobs of its round: branches, or its own turn. Pure. */
import type { PlannedBranch } from "../../engine/core/events/flow.ts";
import { plannedLegs } from "../../engine/core/legs.ts";
import { isReadOnlyBranch, readOnlyTurn } from "../../engine/core/read-only.ts";
import type { ReadOnly } from "../../engine/core/read-only-stages.ts";
import type { RunState } from "../../engine/core/state.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { type LegsOutput, MOST_LEGS } from "./control-output.ts";

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
): LegsOutput => ({
  ...{ kind: "legs", hop: hop!.hop, epoch: hop!.epoch, max, used },
  ...{ legs: legs.map(title), readOnly: readOnly.map(title) },
});
