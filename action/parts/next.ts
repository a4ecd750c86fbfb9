/**
 * The last job of a workflow run, where one is needed: what its other jobs left open is settled, whatever became of them, and
 * the run goes on: a hop dispatched, a question asked, people told, the end written.
 */

import type { EventBody } from "../../engine/core/events.ts";
import { LedgerError } from "../../engine/ledger/port.ts";
import { foreseen } from "../../github/coordinator/foreseen-end.ts";
import { DROPPED } from "../../github/coordinator/next-hop.ts";
import { refusedByReviewer } from "../../github/coordinator/refused-review.ts";
import type { Published } from "../../github/publish.ts";
import type { GitHubJob } from "../github-env.ts";
import { type ClaimedHop, fold, holdsClaim } from "../hop/claim.ts";
import { handedPieces } from "../hop/handed-pieces.ts";
import { endHop, NOTHING, TRIES } from "../hop/hop-end.ts";
import { lookAtRelated, lookAtRun } from "../hop/look-at-run.ts";
import { heldLast, type LastTask, lastTask, tookHop, tookPart } from "../hop/round.ts";
import { settlePieces } from "../hop/settle-pieces.ts";
import type { SettlePorts } from "../hop/settle-ports.ts";
import { remarksOn } from "../isolation/privileged.ts";
import { colourOf } from "../output/job-colour.ts";
import { sayEnd } from "../output/outputs.ts";
import { leaveResults } from "../output/results.ts";
import { writeSummary } from "../output/summary.ts";

export async function runNext(ports: SettlePorts): Promise<void> {
  const { job, inputs, remote, say } = ports;
  const runId = inputs.run;
  const ledger = remote.ledger(runId);
  const read = async () => fold(remote, runId, ledger, await ledger.read());
  const first = await read().catch((error: unknown) => {
    if (error instanceof LedgerError && error.code === "missing") return null;
    throw error;
  });
  if (first === null) return say.notice(`run ${runId} did not begin; nothing is to be done`);
  const { canceled, hop: asked } = inputs;
  const took = tookHop(first.snapshot.events, job);
  const taskOf = ({ state, snapshot }: ClaimedHop) =>
    lastTask(state, job, { canceled, took: tookHop(snapshot.events, job), asked });
  if (taskOf(first) === "look" && !heldLast(first.state, job)) {
    say.notice(`this workflow run does not hold the hop of run ${runId}; it has nothing to end`);
    // It never did: what became of its trunk job the sweep finds out, once this workflow run is over.
    if (!took && job.attempt === 1) return;
  }
  const held = await settled(ports, first, taskOf, read);
  let { state } = held;
  let published: Published | null = null;
  if (held.started.coordinator === "workflow") {
    const seen = await lookAtRun(ports, runId, heldLast(first.state, job));
    state = seen.found.state;
    published = seen.published;
    await lookAtRelated(ports, seen.found.hints);
  }
  const { events } = await ledger.read();
  await leaveResults(ports, {
    ...{ runId, part: partOf(ports), state, events, logs: null, record: true, published },
    hop: first.state.hop?.hop ?? 0,
  });
  sayEnd(ports, state, published);
  const remarks = remarksOn(held.pipeline, events, published);
  await writeSummary(ports, held.pipeline, state, events, remarks, published);
  const wrote = first.state.ended === null;
  const part = tookPart(state, first.snapshot.events, job, asked);
  colourOf(ports, foreseen(state, held.pipeline), wrote || part);
}

/** Its name in artifacts: two of them may be jobs of one workflow run. */
const partOf = ({ inputs: { canceled } }: SettlePorts): string => (canceled ? "canceled" : "next");

/** Somebody may write meanwhile, and what is to be done then is told by what stands there. */
async function settled(
  ports: SettlePorts,
  first: ClaimedHop,
  taskOf: (now: ClaimedHop) => LastTask,
  read: () => Promise<ClaimedHop>,
): Promise<ClaimedHop> {
  const unheard = await wasUnheard(ports, first);
  let held = first;
  for (let attempt = 1; ; attempt++) {
    const task = taskOf(held);
    if (task === "look") return unheard ? untilStopped(held, UNHEARD, read) : held;
    try {
      // Nobody was told to begin, so that there is nothing to wait for.
      if (task === "settle") await (unheard ? endHop(held, NOTHING) : settle(ports, held));
      // Cancelled when its hop was over: what was meant to end is the run, though its next hop may be planned already.
      else if (task === "request") await append(held, cancelRequest(ports.job));
      else await lose(ports, held);
    } catch (error) {
      if (!(error instanceof LedgerError) || attempt >= TRIES) throw error;
      ports.say.notice(`settling again: ${error.message}`);
    }
    held = await read();
  }
}

/** It would be so in the next workflow run too. Where the app decides this job may not look. */
async function wasUnheard(ports: SettlePorts, held: ClaimedHop): Promise<boolean> {
  const { started, ledger } = held;
  if (ports.inputs.canceled || started.coordinator === "app" || !holdsClaim(held, ports.job)) return false;
  if (handedPieces(held, ports.inputs.readOnly).kind === "nothing") return false;
  return await (await ports.coordinator(ledger)).actions.unheard(ports.job.runId);
}

const UNHEARD: EventBody = {
  event: "run_aborted",
  reason: `the output go of the trunk job did not reach the jobs after it: ${DROPPED}; then resume the run`,
  failure_class: "deterministic",
  by: "coordinator",
};

/** This workflow run was dispatched for the hop, and its trunk job did not come to claim it: lost, or refused its environment. */
async function lose(ports: SettlePorts, now: ClaimedHop): Promise<void> {
  const { hop, epoch } = now.state.hop!;
  const { runId } = ports.job;
  const refusal = await (await ports.coordinator(now.ledger)).actions.refusal(runId);
  const cause = `workflow run ${runId} did not claim it`;
  await append(
    now,
    { event: "hop_lost", hop, epoch, cause },
    ...(refusal === null ? [] : [refusedByReviewer(refusal)]),
  );
}

/** Others may append meanwhile. */
async function untilStopped(
  held: ClaimedHop,
  event: EventBody,
  read: () => Promise<ClaimedHop>,
): Promise<ClaimedHop> {
  let now = held;
  while (now.state.stop === null && !now.state.ended) {
    await append(now, event);
    now = await read();
  }
  return now;
}

const cancelRequest = ({ runId }: GitHubJob) =>
  ({
    event: "cancellation_requested",
    reason: `workflow run ${runId} was cancelled`,
    by: "Actions",
  }) as const;

/** Lost where somebody moved the log meanwhile: who asks looks again. */
const append = ({ ledger, snapshot }: ClaimedHop, ...events: readonly EventBody[]) => {
  const ts = new Date().toISOString();
  return ledger.append(
    snapshot.tip,
    events.map((event) => ({ ts, ...event })),
  );
};

async function settle(ports: SettlePorts, held: ClaimedHop): Promise<void> {
  const { job, inputs } = ports;
  if (!inputs.canceled || held.state.stop !== null) await settlePieces(ports, held);
  else {
    const request = cancelRequest(job);
    // The terminal record comes first: GitHub kills a cancelled run's jobs after five minutes. An artifact comes after it.
    if (handedPieces(held, inputs.readOnly).kind === "turn") await append(held, request);
    else await endHop(held, { events: [request], alongside: [] });
  }
}
