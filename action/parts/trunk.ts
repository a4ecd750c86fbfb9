/**
 * A trunk job: holds the hop (by claim, or by taking in the branches of the round before it), works until a fan-out, a question,
 * the deadline or the end, and says what the jobs after it do.
 */
import type { Claim, ClaimedHop } from "../hop/claim.ts";
import { claimHop } from "../hop/claim-hop.ts";
import { handedOn } from "../hop/handed-on.ts";
import type { JobPorts } from "../ports.ts";

export async function runTrunk(ports: JobPorts): Promise<void> {
  const held = await hold(ports);
  const worked = !held.ok || isForOthers(ports, held) ? null : await work(ports, held);
  // Of use at the end alone.
  const { endTrunk, endUnheld } = await import("./trunk-end.ts");
  await (held.ok ? endTrunk(ports, held, worked) : endUnheld(ports, held));
}

/** Many a trunk job only hands on. */
async function work(ports: JobPorts, held: ClaimedHop) {
  const { workOnTrunk } = await import("../work/trunk-work.ts");
  return workOnTrunk(ports, held);
}

async function hold(ports: JobPorts): Promise<Claim> {
  if (ports.inputs.go === null) return claimHop(ports);
  const { collect } = await import("./trunk-end.ts");
  return collect(ports);
}

/** Where others go on at once nothing is to be done here, nor where they run all stages. */
function isForOthers({ inputs: { go, readOnly } }: JobPorts, { pipeline, state }: ClaimedHop): boolean {
  return readOnly === "all" || (go !== null && handedOn(pipeline, state, readOnly) !== null);
}
