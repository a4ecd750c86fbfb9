/** The trunk of a hop: claim unless another job did, then serial stages until a fan-out, a question, the deadline or the end. */

import { machineClock } from "../../engine/clock.ts";
import { plannedLegs } from "../../engine/core/legs.ts";
import { TRUNK } from "../../engine/core/state.ts";
import { openLog } from "../../engine/drive/log.ts";
import { codeRef, DEFAULT_REF_PREFIX } from "../../engine/git/names.ts";
import { expectedOfTrunk } from "../handoff/expected.ts";
import { TRUNK_PART } from "../handoff/format.ts";
import { claimedHop, sinceClaim } from "../hop/claim.ts";
import { claimHop, sayLegs } from "../hop/claim-hop.ts";
import { configOf } from "../hop/run-config.ts";
import type { JobPorts } from "../ports.ts";
import { beforeStages } from "../work/before-stages.ts";
import { TIME_IS_UP } from "../work/job-time.ts";
import { localFirst, TRUNK_PUSH_EVERY_MS, work, workOptions } from "../work/perform.ts";
import { rejectedPush } from "../work/rejected-push.ts";
import { openSessions } from "../work/sessions.ts";

export async function runTrunk(ports: JobPorts): Promise<void> {
  const { job, inputs, remote, say } = ports;
  const writes = inputs.durability === "stage";
  const held = writes ? await claimHop(ports) : await claimedHop(ports);
  if (held === null) {
    if (!writes)
      say.notice(`this workflow run does not hold the hop of run ${inputs.run}; nothing runs here`);
    return;
  }
  const { pipeline, started, runId, snapshot } = held;
  for (const event of sinceClaim(snapshot.events)) {
    if (event.event === "warning") say.notice(String(event.message));
  }
  const config = await configOf(ports, started);
  const ledger = localFirst(ports, held.ledger, "trunk");
  const log = openLog({ pipeline, ledger, clock: machineClock, watch: say.event }, await ledger.read());
  const expected = expectedOfTrunk(held, job.attempt);
  const pushed = await remote.code(runId);
  const place = await beforeStages(ports, { log, config, started, runId, alsoNeeded: expected.known });
  const commit = () => log.state.scopes.get(TRUNK)?.commit ?? null;
  const refused = rejectedPush(ports, {
    ...{ started, runId, hop: log.state.hop?.hop ?? 0, part: "trunk", bring: place.collect },
  });
  const why = await work({
    log,
    ledger,
    config,
    place,
    code: {
      ref: codeRef(DEFAULT_REF_PREFIX, runId),
      at: pushed,
      commit: writes ? commit : () => null,
      bring: place.collect,
    },
    sessions: await openSessions(ports, { runId, pipeline, root: place.root }),
    pushEveryMs: TRUNK_PUSH_EVERY_MS,
    writer: "trunk",
    refused: refused.event,
    ...workOptions(ports),
    cancel: ports.cancel,
    superseded: new AbortController(),
    stopped: (end) => (end === "yield" ? TIME_IS_UP : null),
  });
  await place.workspaces.close();
  if (!writes && why !== "superseded") {
    const goods = { events: await ledger.pending(), commit: commit(), bring: place.collect };
    const { writeHandoff } = await import("../handoff/write.ts");
    await writeHandoff(ports, { ...expected, ...goods });
  }
  await refused.leave(commit());
  const { events } = await ledger.read();
  await ledger.close();
  // Of use at the end alone.
  const { leaveResults } = await import("../output/results.ts");
  // What only a settle makes the run's is not told before it has.
  const record = writes && why !== "superseded";
  await leaveResults(ports, {
    ...{ runId, part: TRUNK_PART, state: log.state, events, logs: place.root, record },
  });
  if (why === "superseded") {
    say.notice(
      "superseded: another workflow run goes on with this run; this one stopped its stage and wrote no more",
    );
    say.control("proceed", "false");
    return;
  }
  sayLegs(ports, pipeline, why === "held" ? plannedLegs(pipeline, log.state) : null);
}
