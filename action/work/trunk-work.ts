/** The trunk's stages, as far as this job may take them: in a trunk job, or in one that may only read and was handed the turn. */
import { machineClock } from "../../engine/clock.ts";
import { startsElsewhere } from "../../engine/core/read-only.ts";
import { TRUNK } from "../../engine/core/state.ts";
import { openLog } from "../../engine/drive/log.ts";
import { codeRef, DEFAULT_REF_PREFIX } from "../../engine/git/names.ts";
import { expectedOfTrunk } from "../handoff/expected.ts";
import { TRUNK_PART } from "../handoff/format.ts";
import { type ClaimedHop, sinceClaim } from "../hop/claim.ts";
import { stillHolds } from "../hop/round.ts";
import { configOf } from "../hop/run-config.ts";
import { onlyReads } from "../inputs.ts";
import type { JobPorts } from "../ports.ts";
import { beforeStages } from "./before-stages.ts";
import { TIME_IS_UP } from "./job-time.ts";
import { localFirst, TRUNK_PUSH_EVERY_MS } from "./perform.ts";
import { runSession, type Worked } from "./session.ts";

export async function workOnTrunk(ports: JobPorts, held: ClaimedHop): Promise<Worked> {
  const { inputs, remote, say, job } = ports;
  const { pipeline, started, runId, snapshot } = held;
  for (const event of sinceClaim(snapshot.events)) {
    if (event.event === "warning") say.notice(String(event.message));
  }
  const config = await configOf(ports, started);
  const reads = onlyReads(inputs);
  const expected = expectedOfTrunk(held, job.attempt);
  const ledger = localFirst(ports, held.ledger, "trunk");
  const read = await ledger.read();
  const log = openLog({ pipeline, ledger, clock: machineClock, watch: say.event }, read);
  // What is read after the claim may hold a newer one, and what is written behind that would be taken for its holder's.
  if (!stillHolds(log.state, held.state, job)) {
    await ledger.close();
    return { session: { why: "superseded", state: log.state, events: read.events }, logs: null };
  }
  const pushed = await remote.code(runId);
  const place = await beforeStages(ports, {
    ...{ log, config, started, runId, alsoNeeded: expected.known },
  });
  const session = await runSession(ports, {
    ...{ runId, started, config, log, ledger, place, part: TRUNK_PART },
    code: { ref: codeRef(DEFAULT_REF_PREFIX, runId), at: pushed },
    commit: () => log.state.scopes.get(TRUNK)?.commit ?? null,
    ...{ pushes: !reads, handoff: reads ? expected : null },
    pushEveryMs: TRUNK_PUSH_EVERY_MS,
    writer: !reads && started.coordinator === "workflow" ? "holder" : "trunk",
    elsewhere: startsElsewhere(pipeline, () => log.state, inputs.readOnly, reads),
    superseded: new AbortController(),
    stopped: (end) => (end === "yield" ? TIME_IS_UP : null),
  });
  return { session, logs: place.root };
}
