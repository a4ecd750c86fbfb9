/** The trunk's turn in a job that may only read: its stages run here, and the next trunk job takes what this one leaves. */
import { readOnlyTurn } from "../../engine/core/read-only.ts";
import { TRUNK_PART } from "../handoff/format.ts";
import type { ClaimedHop } from "../hop/claim.ts";
import { onlyReads } from "../inputs.ts";
import type { JobPorts } from "../ports.ts";
import { workOnTrunk } from "../work/trunk-work.ts";

export async function runTurn(ports: JobPorts, held: ClaimedHop): Promise<void> {
  const { inputs, say } = ports;
  if (!onlyReads(inputs))
    throw new Error(`${inputs.leg} is the trunk's turn, which a job takes that may only read`);
  if (readOnlyTurn(held.pipeline, held.state, inputs.readOnly) === null) {
    say.notice("the trunk does not stand where its turn is for this job; nothing runs here");
    return;
  }
  const worked = await workOnTrunk(ports, held);
  // Of use at the end alone.
  const { leaveTrunk } = await import("./trunk-end.ts");
  // Where the trunk job has stages of its own it leaves files too.
  await leaveTrunk(ports, held, worked, inputs.readOnly === "all" ? TRUNK_PART : "privileged");
}
