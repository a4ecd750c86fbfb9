/** The end of a hop: every planned branch's result into the trunk's ledger, whatever became of its job. */
import { coordinate } from "../app/coordinator/coordinate.ts";
import type { CoordinatorPorts } from "../app/coordinator/ports.ts";
import { lostAttempts } from "../engine/core/attempt-end.ts";
import { stateToJson } from "../engine/core/checkpoint.ts";
import { runningAttempts } from "../engine/core/effects.ts";
import type { EventBody } from "../engine/core/events.ts";
import { plannedLegs } from "../engine/core/legs.ts";
import { TRUNK } from "../engine/core/state.ts";
import { machineClock } from "../engine/drive/clock.ts";
import { openLog } from "../engine/drive/log.ts";
import { keptCommit } from "../engine/git/kept.ts";
import { DEFAULT_REF_PREFIX, keptRef } from "../engine/git/names.ts";
import { fetchRef, type RefUpdate } from "../engine/git/refs.ts";
import { type Ledger, LedgerError } from "../engine/ledger/port.ts";
import { fold, type Held, holdsClaim } from "./claim.ts";
import { type Collected, collectLeg } from "./collect.ts";
import type { GitHubJob } from "./github-env.ts";
import { legFolder } from "./leg.ts";
import { bringLegRefs, type LegRefs } from "./leg-refs.ts";
import { sayEnd } from "./outputs.ts";
import type { JobPorts } from "./ports.ts";
import { publishBranch } from "./publish.ts";
import { leaveResults } from "./results.ts";
import { writeSummary } from "./summary.ts";

export interface SettlePorts extends JobPorts {
  /** The coordinator's way out with this job's token; used when the run has no app. */
  readonly coordinator: (ledger: Ledger) => Promise<CoordinatorPorts>;
}

/** Others may append requests, and a late leg may write, while it works: it looks again then. */
const TRIES = 5;

export async function runSettle(ports: SettlePorts): Promise<void> {
  const { job, inputs, remote, say } = ports;
  const runId = inputs.run === "" ? (inputs.hop?.run ?? `r${job.runId}`) : inputs.run;
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
  for (let attempt = 1; holdsClaim(held, job); attempt++) {
    try {
      await settle(ports, held);
    } catch (error) {
      if (!(error instanceof LedgerError) || attempt === TRIES) throw error;
      say.notice(`settling again: ${error.message}`);
    }
    held = await read();
  }
  let { state } = held;
  if (held.started.coordinator === "workflow") {
    const found = await say.step("Decide what comes next", async () =>
      coordinate(await ports.coordinator(ledger)),
    );
    state = found.state;
  }
  const published = state.ended ? await publishBranch(ports, held, state) : null;
  const { events } = await ledger.read();
  await leaveResults(ports, { runId, part: "settle", state, events, logs: null });
  sayEnd(say, state);
  await writeSummary(ports, held.pipeline, state, published);
}

/** Cancelled while it settled: what was meant to end is the run, though its next hop is planned already. */
async function cancelAfterwards(held: Held, job: GitHubJob, read: () => Promise<Held>): Promise<Held> {
  let now = held;
  while (now.state.stop === null && !now.state.ended) {
    const event = { event: "cancellation_requested", reason: cancelReason(job), by: "Actions" };
    await now.ledger.append(now.snapshot.tip, [{ ts: new Date().toISOString(), ...event }]);
    now = await read();
  }
  return now;
}

const ranHere = ({ snapshot }: Held, job: GitHubJob): boolean =>
  snapshot.events.some(
    (event) => event.event === "hop_started" && (event.by as { run_id?: unknown }).run_id === job.runId,
  );

const cancelReason = (job: GitHubJob): string => `workflow run ${job.runId} was cancelled`;

async function settle(ports: SettlePorts, held: Held): Promise<void> {
  const { job, inputs, say, remote } = ports;
  if (inputs.canceled && held.state.stop === null) {
    // The terminal record comes first: GitHub kills a cancelled run's jobs after five minutes.
    return append(held, [{ event: "cancellation_requested", reason: cancelReason(job), by: "Actions" }], []);
  }
  const legs = plannedLegs(held.pipeline, held.state);
  if (legs === null) return append(held, [], []);
  await say.step(`Collect ${legs.branches.length} branches`, async () => {
    const { fan } = legs;
    const refs = await bringLegRefs(remote, legFolder(held.runId, fan));
    const collected: Collected[] = [];
    for (const branch of legs.branches) {
      const leg = { branch, fan, base: fan.baseCommit };
      collected.push(await collectLeg(remote.repo.git, refs, held, leg, job.attempt));
    }
    const events = collected.flatMap((each) => each.events);
    await append(held, events, await refMoves(ports, held, refs, collected));
  });
}

/** The hop's last append: results, the hop's end, its files made few, its state, and the legs' refs folded into one. */
async function append(
  { pipeline, ledger, snapshot, state: before }: Held,
  events: readonly EventBody[],
  alongside: readonly RefUpdate[],
): Promise<void> {
  const { hop, epoch } = before.hop!;
  const carrying: Ledger = {
    ...ledger,
    append: (tip, lines) =>
      ledger.append(tip, lines, { alongside, seal: hop, checkpoint: () => stateToJson(log.state) }),
  };
  const log = openLog({ pipeline, ledger: carrying, clock: machineClock }, snapshot);
  for (const event of events) log.push(event);
  // The trunk job vanished in the middle of a stage: what ran there is over, and costs no retry.
  const running = runningAttempts(pipeline, log.state).filter((effect) => effect.scope === TRUNK);
  for (const event of lostAttempts(pipeline, log.state, running)) log.push(event);
  const outcome = log.state.stop?.status === "canceled" ? "canceled" : "done";
  log.push({ event: "hop_settled", hop, epoch, outcome });
  await log.flush();
}

/** Legs' refs go, in the same push; their work stays reachable by one commit (PROTOCOL.md, "Refs of a run"). */
async function refMoves(
  { remote }: SettlePorts,
  held: Held,
  refs: LegRefs,
  collected: readonly Collected[],
): Promise<RefUpdate[]> {
  const gone = [...refs.at].map(([ref, from]) => ({ ref, from, to: null }));
  const commits = collected.flatMap(({ commit }) => commit ?? []);
  if (commits.length === 0) return gone;
  const ref = keptRef(DEFAULT_REF_PREFIX, held.runId);
  const from = await fetchRef(remote.repo, ref, "refs/seen/kept", "tip");
  return [{ ref, from, to: await keptCommit(remote.repo.git, from, commits) }, ...gone];
}
