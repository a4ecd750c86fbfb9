/** The end of a hop, with what the matrices of its round brought: branches, or the turn of the trunk that a job without the right to write took. */
import { plannedLegs } from "../../engine/core/legs.ts";
import { readOnlyTurn } from "../../engine/core/read-only.ts";
import type { ClaimedHop } from "./claim.ts";
import { handedState } from "./handed-state.ts";
import { endHop, type HopCloser, NOTHING } from "./hop-end.ts";
import { settleLegs } from "./settle-legs.ts";
import type { CollectPorts } from "./settle-ports.ts";

/** Whether the trunk's turn went to another job: told by the log as it was then, whatever people asked for since. */
export const handedTurn = ({ inputs }: CollectPorts, held: ClaimedHop): boolean =>
  inputs.readOnly !== "none" && readOnlyTurn(held.pipeline, handedState(held), inputs.readOnly) !== null;

export async function settlePieces(ports: CollectPorts, held: ClaimedHop, close?: HopCloser): Promise<void> {
  // Where a branch is told to end early, and left an artifact, that is all there is of it: no ref lets it go on.
  const state = ports.inputs.readOnly === "none" ? held.state : handedState(held);
  const legs = held.state.stop === null ? plannedLegs(held.pipeline, state) : null;
  if (legs !== null) return settleLegs(ports, held, legs, close);
  if (!handedTurn(ports, held)) return endHop(held, NOTHING, close);
  // Only where there are such jobs.
  const { settleTurn } = await import("./settle-turn.ts");
  return settleTurn(ports, held, close);
}
