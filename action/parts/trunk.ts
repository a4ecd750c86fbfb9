/**
 * A trunk job: holds the hop (by claim, or by taking in the branches of the round before it), works until a fan-out, a question,
 * the deadline or the end, and says what the jobs after it do.
 */

import { machineClock } from "../../engine/clock.ts";
import { plannedLegs } from "../../engine/core/legs.ts";
import { TRUNK } from "../../engine/core/state.ts";
import { openLog } from "../../engine/drive/log.ts";
import { codeRef, DEFAULT_REF_PREFIX } from "../../engine/git/names.ts";
import { expectedOfTrunk } from "../handoff/expected.ts";
import { TRUNK_PART } from "../handoff/format.ts";
import { type Claim, type ClaimedHop, claimedHop, sinceClaim } from "../hop/claim.ts";
import { claimHop } from "../hop/claim-hop.ts";
import { configOf } from "../hop/run-config.ts";
import type { JobPorts } from "../ports.ts";
import { beforeStages } from "../work/before-stages.ts";
import { TIME_IS_UP } from "../work/job-time.ts";
import { localFirst, TRUNK_PUSH_EVERY_MS } from "../work/perform.ts";
import { runSession, type Worked } from "../work/session.ts";

export async function runTrunk(ports: JobPorts): Promise<void> {
  if (ports.inputs.durability === "job") return readOnlyTrunk(ports);
  const held = await hold(ports);
  const legs = held.ok && ports.inputs.go !== null ? plannedLegs(held.pipeline, held.state) : null;
  // Where branches go on at once nothing is to be done here.
  const worked = held.ok && legs === null ? await workOn(ports, held) : null;
  // Of use at the end alone.
  const { endTrunk } = await import("./trunk-end.ts");
  await endTrunk(ports, held, legs === null ? worked : { legs });
}

async function hold(ports: JobPorts): Promise<Claim> {
  if (ports.inputs.go === null) return claimHop(ports);
  const { collect } = await import("./trunk-end.ts");
  return collect(ports);
}

async function workOn(ports: JobPorts, held: ClaimedHop): Promise<Worked> {
  const { inputs, remote, say, job } = ports;
  const { pipeline, started, runId, snapshot } = held;
  for (const event of sinceClaim(snapshot.events)) {
    if (event.event === "warning") say.notice(String(event.message));
  }
  const config = await configOf(ports, started);
  const writes = inputs.durability === "stage";
  const expected = expectedOfTrunk(held, job.attempt);
  const ledger = localFirst(ports, held.ledger, "trunk");
  const log = openLog({ pipeline, ledger, clock: machineClock, watch: say.event }, await ledger.read());
  const pushed = await remote.code(runId);
  const place = await beforeStages(ports, {
    ...{ log, config, started, runId, alsoNeeded: expected.known },
  });
  const session = await runSession(ports, {
    ...{ runId, started, config, log, ledger, place, part: TRUNK_PART },
    code: { ref: codeRef(DEFAULT_REF_PREFIX, runId), at: pushed },
    commit: () => log.state.scopes.get(TRUNK)?.commit ?? null,
    ...{ pushes: writes, handoff: writes ? null : expected },
    pushEveryMs: TRUNK_PUSH_EVERY_MS,
    writer: writes && started.coordinator === "workflow" ? "holder" : "trunk",
    superseded: new AbortController(),
    stopped: (end) => (end === "yield" ? TIME_IS_UP : null),
  });
  return {
    session,
    logs: place.root,
    legs: session.why === "held" ? plannedLegs(pipeline, log.state) : null,
  };
}

/** Where stages may write nothing: another job claimed, and Settle takes what this one leaves. */
async function readOnlyTrunk(ports: JobPorts): Promise<void> {
  const held = await claimedHop(ports);
  const { leaveTrunk, notHeld } = await import("./trunk-end.ts");
  if (held === null) return notHeld(ports);
  await leaveTrunk(ports, held, await workOn(ports, held));
}
