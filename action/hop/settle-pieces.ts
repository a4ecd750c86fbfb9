/** The end of a hop, with what the matrices of its round brought: branches, or the turn of the trunk that a job without the right to write took. */
import type { ClaimedHop } from "./claim.ts";
import { handedPieces } from "./handed-pieces.ts";
import { endHop, type HopCloser, NOTHING } from "./hop-end.ts";
import { settleLegs } from "./settle-legs.ts";
import type { CollectPorts } from "./settle-ports.ts";

export async function settlePieces(ports: CollectPorts, held: ClaimedHop, close?: HopCloser): Promise<void> {
  const handed = handedPieces(held, ports.inputs.readOnly);
  if (handed.kind === "branches") return settleLegs(ports, held, handed.legs, close);
  if (handed.kind === "nothing") return endHop(held, NOTHING, close);
  // Only where there are such jobs.
  const { settleTurn } = await import("./settle-turn.ts");
  return settleTurn(ports, held, handed.from, close);
}
