/** The end of a hop: every planned branch's result into the trunk's ledger, whatever became of its job. */

import { plannedLegs } from "../../engine/core/legs.ts";
import { LedgerError } from "../../engine/ledger/port.ts";
import { coordinate } from "../../github/coordinator/coordinate.ts";
import { foreseenEnd } from "../../github/coordinator/foreseen-end.ts";
import type { GitHubJob } from "../github-env.ts";
import { type ClaimedHop, claimedState, fold, holdsClaim } from "../hop/claim.ts";
import { endHop } from "../hop/hop-end.ts";
import { publish } from "../hop/publish.ts";
import { coordinateRelatedRuns } from "../hop/related-runs.ts";
import { settleLegs } from "../hop/settle-legs.ts";
import type { SettlePorts } from "../hop/settle-ports.ts";
import { settleTrunk } from "../hop/settle-trunk.ts";
import { privilegedRan } from "../isolation/privileged.ts";
import { colourOf } from "../output/job-colour.ts";
import { sayEnd } from "../output/outputs.ts";
import { leaveResults } from "../output/results.ts";
import { writeSummary } from "../output/summary.ts";

/** Others may append requests, and a late leg may write, while it works: it looks again then. */
const TRIES = 5;

export async function runSettle(ports: SettlePorts): Promise<void> {
  const { job, inputs, remote, say } = ports;
  const runId = inputs.run;
  const ledger = remote.ledger(runId);
  const read = async () => fold(remote, runId, ledger, await ledger.read());
  let held = await read();
  if (!holdsClaim(held, job)) {
    if (!inputs.canceled || !ranHere(held, job) || held.state.ended) {
      say.notice(`this workflow run does not hold the hop of run ${runId}; nothing to settle`);
      return;
    }
    held = await cancelAfterwards(held, job, read);
  }
  let open: string | null = null;
  for (let attempt = 1; open === null && holdsClaim(held, job); attempt++) {
    try {
      open = await settle(ports, held);
    } catch (error) {
      if (!(error instanceof LedgerError) || attempt === TRIES) throw error;
      say.notice(`settling again: ${error.message}`);
    }
    held = await read();
  }
  let { state } = held;
  if (open !== null) say.fail(open);
  else if (held.started.coordinator === "workflow") {
    const found = await say.step("Decide what comes next", async () =>
      coordinate(await ports.coordinator(ledger)),
    );
    state = found.state;
    await coordinateRelatedRuns(ports, found.hints);
  }
  const published = state.ended ? await publish(ports, held, state) : null;
  const { events } = await ledger.read();
  await leaveResults(ports, {
    runId,
    part: "settle",
    state,
    events,
    logs: null,
    record: true,
    published,
  });
  sayEnd(ports, state, published);
  const remarks = [privilegedRan(held.pipeline, events), published?.said].filter(Boolean);
  await writeSummary(ports, held.pipeline, state, events, remarks.join("; ") || null, published);
  // The app writes the end later, and nobody asks this workflow run then.
  colourOf(ports, held.started.coordinator === "app" ? foreseenEnd(held.pipeline, state) : state);
}

/** Cancelled while it settled: what was meant to end is the run, though its next hop is planned already. */
async function cancelAfterwards(
  held: ClaimedHop,
  job: GitHubJob,
  read: () => Promise<ClaimedHop>,
): Promise<ClaimedHop> {
  let now = held;
  while (now.state.stop === null && !now.state.ended) {
    const event = { event: "cancellation_requested", reason: cancelReason(job), by: "Actions" };
    await now.ledger.append(now.snapshot.tip, [{ ts: new Date().toISOString(), ...event }]);
    now = await read();
  }
  return now;
}

const ranHere = ({ snapshot }: ClaimedHop, job: GitHubJob): boolean =>
  snapshot.events.some(
    (event) => event.event === "hop_started" && (event.by as { run_id?: unknown }).run_id === job.runId,
  );

const cancelReason = (job: GitHubJob): string => `workflow run ${job.runId} was cancelled`;

/** Why the hop cannot be settled; null when it is, or when somebody else moved it. */
async function settle(ports: SettlePorts, held: ClaimedHop): Promise<string | null> {
  const { job, inputs } = ports;
  const readsOnly = inputs.durability === "job";
  if (inputs.canceled && held.state.stop === null) {
    const request = { event: "cancellation_requested", reason: cancelReason(job), by: "Actions" } as const;
    // The terminal record comes first: GitHub kills a cancelled run's jobs after five minutes. A trunk's artifact comes after it.
    if (readsOnly)
      await held.ledger.append(held.snapshot.tip, [{ ts: new Date().toISOString(), ...request }]);
    else await endHop(held, [request], []);
    return null;
  }
  const legs = plannedLegs(held.pipeline, readsOnly ? claimedState(held) : held.state);
  if (legs !== null && held.state.stop === null) await settleLegs(ports, held, legs);
  else if (readsOnly && legs === null) return settleTrunk(ports, held);
  else await endHop(held, [], []);
  return null;
}
