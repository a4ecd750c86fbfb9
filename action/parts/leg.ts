/** One branch of a fan-out in a job of its own: its log and work go to its own ref, never to the trunk's. */

import { machineClock } from "../../engine/clock.ts";
import { plannedLegs } from "../../engine/core/legs.ts";
import type { RunState } from "../../engine/core/state.ts";
import { openLog } from "../../engine/drive/log.ts";
import { legName } from "../../engine/git/names.ts";
import type { LedgerEvent } from "../../engine/ledger/port.ts";
import { expectedOfLeg } from "../handoff/expected.ts";
import { type ClaimedHop, claimedHop } from "../hop/claim.ts";
import { type Leg, legRef } from "../hop/leg.ts";
import { legBeginning, openLeg } from "../hop/leg-log.ts";
import { indexIn, TURN } from "../hop/matrix.ts";
import { collectedIn, whyNoLeg } from "../hop/round.ts";
import { configOf } from "../hop/run-config.ts";
import { toldIn, watchTrunk } from "../hop/watch-trunk.ts";
import { onlyReads } from "../inputs.ts";
import type { JobPorts } from "../ports.ts";
import { beforeAgents } from "../work/before-agents.ts";
import { localFirst, ownLog, unpushed } from "../work/perform.ts";
import { runSession } from "../work/session.ts";
import { openWorkplace } from "../work/workplace.ts";

export async function runLeg(ports: JobPorts): Promise<void> {
  const { job, inputs, remote, say } = ports;
  const held = await hopOf(ports);
  if (held === null) return;
  if (indexIn(inputs.leg) === TURN) return (await import("./turn.ts")).runTurn(ports, held);
  const found = findLeg(held, inputs.leg);
  if (found === null) {
    say.notice(`branch ${inputs.leg} is no branch of this hop, or it is done`);
    return;
  }
  const { leg, siblings } = found;
  const { key } = leg.branch;
  const { pipeline, started, runId } = held;
  const config = await configOf(ports, started);
  const { ledger, code } = await logOf(ports, held, leg);
  const log = openLog(
    { pipeline, ledger, clock: machineClock, watch: say.event, from: held.state },
    await ledger.read(),
  );
  if (!log.state.scopes.has(key)) {
    say.notice(`branch ${key} is done`);
    return;
  }
  const at = log.state.scopes.get(key)?.commit ?? leg.base ?? job.sha;
  await remote.code(runId);
  const place = await say.step("Prepare the worktree", () => openWorkplace(ports, runId, config, at, []));
  const unpaid = await beforeAgents(ports, { pipeline, config });
  if (unpaid !== null) say.warning(unpaid.reason);
  const stop = new AbortController();
  const superseded = new AbortController();
  const { hearing, ...watch } = watchTrunk({
    ...{ ports, held, key, cancel: stop, superseded, siblings },
    told: toldIn((await ledger.read()).events),
  });
  const reads = onlyReads(inputs);
  const part = legName(leg.branch);
  const { why, state, events } = await runSession(ports, {
    ...{ runId, started, config, log, ledger, place, code, part, focus: key, superseded, hearing },
    commit: () => {
      const now = log.state.scopes.get(key)?.commit ?? resultCommit(log.state, key);
      return now === leg.base ? null : now;
    },
    pushes: !reads,
    handoff: reads ? expectedOfLeg(held, leg, job.attempt) : null,
    pushEveryMs: Math.max(60_000, 10_000 * siblings) / ports.pace,
    writer: "leg",
    cancel: AbortSignal.any([ports.cancel, stop.signal]),
    stopped: (end) =>
      end === "ended"
        ? null
        : { event: "leg_paused", branch_key: key, why: end === "waiting" ? "waiting" : "yield" },
  });
  watch.stop();
  if (why === "superseded") say.notice(`superseded: ${String(superseded.signal.reason)}`);
  // Of use at the end alone.
  const { leaveResults } = await import("../output/results.ts");
  await leaveResults(ports, { runId, part, state, events, logs: place.root });
  if (why === "superseded") return;
  const failed = failureOf(events, key);
  if (failed !== null) say.fail(`${inputs.leg} failed: ${failed}`);
}

/** The hop that this branch belongs to, held by this workflow run; null, and said why, when there is nothing to do here. */
async function hopOf(ports: JobPorts): Promise<ClaimedHop | null> {
  const { inputs, job, say } = ports;
  const { go } = inputs;
  const held = await claimedHop(ports);
  if (held === null)
    say.notice(`this workflow run does not hold the hop of run ${inputs.run}; nothing runs here`);
  if (held === null || go?.kind !== "legs") return held;
  const why = whyNoLeg(held.state, job, go);
  if (why !== null) say.notice(why);
  return why === null ? held : null;
}

/** What the branch's job is red for: the graph says what that means for the run. */
function failureOf(events: readonly LedgerEvent[], key: string): string | null {
  const end = events.findLast((event) => event.event === "branch_completed" && event.branch_key === key);
  return end?.status === "fail" ? String(end.failure_reason ?? "it says no reason") : null;
}

/** On a ref of its own, or where nothing may be written on this machine until another job takes it in. */
async function logOf(ports: JobPorts, held: ClaimedHop, leg: Leg) {
  const { job, inputs, remote, say } = ports;
  const { key } = leg.branch;
  const ref = legRef(held.state, inputs.run, leg, job.attempt);
  const codeRef = `${ref}-code`;
  if (onlyReads(inputs)) {
    const own = ownLog(job, inputs.run, "leg");
    await own.create([legBeginning(held.state, leg)]);
    return { ledger: unpushed(own), code: { ref: codeRef, at: null } };
  }
  const begun = await openLeg(
    remote,
    inputs.run,
    held.state,
    leg,
    ref,
    collectedIn(held.snapshot.events, key),
  );
  if (begun.adopted !== null) say.notice(`branch ${key} goes on from ${begun.adopted}`);
  const ledger = localFirst(ports, remote.legLedger(inputs.run, ref), "leg");
  return { ledger, code: { ref: codeRef, at: begun.code } };
}

function findLeg(held: ClaimedHop, title: string): { leg: Leg; siblings: number } | null {
  const legs = plannedLegs(held.pipeline, held.state);
  const index = indexIn(title);
  const branch = legs?.branches.find((one) => one.index === index);
  if (!legs || !branch) return null;
  const siblings = Math.min(legs.branches.length, legs.maxParallel);
  return { leg: { branch, fan: legs.fan, base: legs.fan.baseCommit }, siblings };
}

/** The commit that the branch ended with, once its scope is gone. */
function resultCommit(state: RunState, key: string): string | null {
  for (const scope of state.scopes.values()) {
    if (scope.cursor.phase !== "fanned") continue;
    const result = scope.cursor.fan.results.get(key);
    if (result?.commit) return result.commit;
  }
  return null;
}
