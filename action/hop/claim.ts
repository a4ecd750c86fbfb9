/**
 * The claim: the hop's first step, before code or stage. Whoever appends `hop_started` first runs the hop; everybody else
 * says so and runs nothing (docs/protocol.md, "A hop").
 */

import type { BodyOf, EventBody, EventOf } from "../../engine/core/events.ts";
import { parseEvent } from "../../engine/core/events.ts";
import { foldAll } from "../../engine/core/fold.ts";
import type { RunState } from "../../engine/core/state.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import type { GitLedger } from "../../engine/ledger/git/git-ledger.ts";
import { LedgerError, type NewEvent, type Snapshot } from "../../engine/ledger/port.ts";
import { pinnedPipeline, pinnedStart } from "../../github/graph-source.ts";
import type { GitHubJob } from "../github-env.ts";
import type { HopInput, Inputs } from "../inputs.ts";
import { changedSince, runBy } from "./changed-sources.ts";
import { foreignClaim, simulatedOtherwise, workflowFile } from "./foreign-claim.ts";
import type { Remote } from "./remote.ts";
import { firstTrunk, holdsHop, isAsNewAs } from "./round.ts";
import { runIdOf } from "./run-id.ts";

export interface ClaimedHop {
  readonly ok: true;
  readonly runId: string;
  readonly ledger: GitLedger;
  readonly snapshot: Snapshot;
  readonly started: EventOf<"run_started">;
  readonly pipeline: Pipeline;
  readonly state: RunState;
}

export type Claim = ClaimedHop | Unclaimed;

export interface Unclaimed {
  readonly ok: false;
  readonly why: string;
  /** The run as it stands; null where it is not for this job to look at. */
  readonly found: ClaimedHop | null;
  /** This job ended the hop before, and no other began for it. */
  readonly settled: boolean;
}

export interface ClaimPorts {
  readonly job: GitHubJob;
  readonly inputs: Inputs;
  readonly remote: Remote;
  readonly pause: (ms: number) => Promise<void>;
}

/** How long a read may lag behind the dispatch. */
const PLAN_PATIENCE_MS = 60_000;
const PLAN_EVERY_MS = 2_000;

export async function claim(ports: ClaimPorts): Promise<Claim> {
  const { job, inputs, remote } = ports;
  const runId = runIdOf(job, inputs);
  const ledger = remote.ledger(runId);
  // A workflow run of hops that is run again goes on with what it began, or with nothing.
  if (inputs.hop === null && (job.attempt === 1 || inputs.part === "single")) {
    const begun = await begin(ports, runId, ledger);
    if (begun !== null) return begun;
  }
  for (;;) {
    const held = await readUntil(ports, runId, ledger, (read) => knows(read, inputs.hop));
    const task = firstTrunk(held.state, job, inputs.hop);
    if (task.does === "leave") return { ok: false, why: task.why, found: held, settled: false };
    const strange = foreignClaim(job, inputs, held.started);
    if (strange !== null)
      return { ok: false, why: `not this hop's job: ${strange}`, found: null, settled: false };
    const changed = await changedSince(remote, job, held);
    if (await appendClaim(ports, held, task, changed)) return again(ports, held);
  }
}

/** The claim of a hop, and what is to be said with it. False: somebody moved the ref; look again, perhaps at their claim. */
export async function appendClaim(
  { job }: ClaimPorts,
  { ledger, snapshot }: ClaimedHop,
  { hop, epoch }: { readonly hop: number; readonly epoch: number },
  said: readonly EventBody[] = [],
): Promise<boolean> {
  const ts = new Date().toISOString();
  const own: EventBody[] = [{ event: "hop_started", hop, epoch, ...runBy(job) }, ...said];
  const lines = own.map((each) => ({ ts, ...each }));
  return (await ledger.append(snapshot.tip, lines)).ok;
}

/** A run that starts here: its first commit is start, plan and claim at once; created once whoever else tries. */
async function begin(ports: ClaimPorts, runId: string, ledger: GitLedger): Promise<ClaimedHop | null> {
  try {
    await ledger.create(await beginning(ports, ports.inputs.readOnly === "all" ? "job" : "stage"));
  } catch (error) {
    if (error instanceof LedgerError && error.code === "exists") return null;
    throw error;
  }
  return fold(ports.remote, runId, ledger, await ledger.read());
}

export async function beginning(
  { job, inputs, remote }: ClaimPorts,
  durability: "stage" | "job" | "artifact",
): Promise<NewEvent[]> {
  if (inputs.part !== "single" && durability !== "artifact") refuseUndispatchable(job);
  await remote.fetchCommits([job.sha]);
  const read = (path: string) => remote.readFile(job.sha, path);
  const { graph, config, budgetUsd: usd } = inputs;
  const start = await pinnedStart({ graph, inputs: inputs.inputs, config, usd }, read);
  const simulated =
    inputs.simulate === ""
      ? []
      : await notReal(inputs.simulate, await pinnedPipeline({ ...start, run_id: inputs.run }, read));
  const first: EventBody[] = [
    {
      ...start,
      hop: 1,
      coordinator: inputs.coordinator,
      base_sha: inputs.ref === "" ? job.sha : await remote.resolve(inputs.ref),
      ...(simulated.length === 0 ? {} : { simulated }),
      github: {
        repository: job.repository,
        graph_sha: job.sha,
        config_path: inputs.config,
        actor: job.actor,
        workflow: workflowFile(job.workflowRef),
        workflow_ref: job.ref,
        durability,
      },
    },
    { event: "hop_planned", hop: 1, epoch: 1, plan: { kind: "trunk" }, why: "the run begins" },
    { event: "hop_started", hop: 1, epoch: 1, ...runBy(job) },
  ];
  const ts = new Date().toISOString();
  return first.map((event) => ({ ts, ...event }));
}

/** The next hop is dispatched, and GitHub dispatches the workflows of branches and tags alone. */
function refuseUndispatchable({ ref, event }: GitHubJob): void {
  if (/^refs\/(?:heads|tags)\//.test(ref)) return;
  throw new Error(
    `a run that goes in hops is dispatched again on ${ref || "(no ref)"}, the ref of the event ${event}, and GitHub dispatches branches and tags alone: begin it by workflow_dispatch or push (or comment /attractor run on the pull request), or run the graph in one job (uses: the action, without part)`,
  );
}

async function readUntil(
  { remote, pause }: ClaimPorts,
  runId: string,
  ledger: GitLedger,
  isNew: (read: Snapshot) => boolean,
): Promise<ClaimedHop> {
  let snapshot = await ledger.read();
  for (let waited = 0; !isNew(snapshot); waited += PLAN_EVERY_MS) {
    if (waited >= PLAN_PATIENCE_MS) break;
    await pause(PLAN_EVERY_MS);
    snapshot = await ledger.read();
  }
  return fold(remote, runId, ledger, snapshot);
}

/** Not older than the plan of the hop that was dispatched. Its commit is not asked for: a shallow copy holds the newest alone. */
const knows = ({ events }: Snapshot, asked: HopInput | null): boolean =>
  asked === null ||
  events.some(
    ({ event, hop, epoch }) =>
      event === "hop_planned" &&
      (Number(hop) > asked.hop || (hop === asked.hop && Number(epoch) >= asked.epoch)),
  );

export async function fold(
  remote: Remote,
  runId: string,
  ledger: GitLedger,
  snapshot: Snapshot,
): Promise<ClaimedHop> {
  const events = snapshot.events.map(parseEvent);
  const [started] = events;
  if (started?.event !== "run_started" || !started.github) {
    throw new LedgerError(
      "corrupt",
      `run ${runId} does not begin with a start on GitHub`,
      "start the run anew",
    );
  }
  await takeInFork(remote, started);
  const sha = started.github.graph_sha;
  await remote.fetchCommits([sha]);
  const pipeline = await pinnedPipeline(started, (path) => remote.readFile(sha, path));
  return { ok: true, runId, ledger, snapshot, started, pipeline, state: foldAll(pipeline, events) };
}

export const again = async (
  { remote }: Pick<ClaimPorts, "remote">,
  { runId, ledger }: Pick<ClaimedHop, "runId" | "ledger">,
): Promise<ClaimedHop> => fold(remote, runId, ledger, await ledger.read());

const takenIn = new WeakMap<Remote, Set<string>>();

/** What a run was cut from may stand in that run's log and nowhere else. It changes no more: once read it is here. */
export async function takeInFork(
  remote: Remote,
  { forked_from: from }: Pick<BodyOf<"run_started">, "forked_from">,
): Promise<void> {
  if (!from) return;
  const { run_id: runId } = from;
  const known = takenIn.get(remote) ?? new Set();
  if (known.has(runId)) return;
  const isRead = await remote
    .ledger(runId)
    .read()
    .then(
      () => true,
      () => false,
    );
  if (isRead) takenIn.set(remote, known.add(runId));
}

/** The lines of the hop that is under way, its claim first. */
export const sinceClaim = <E extends { readonly event: string }>(log: readonly E[]): readonly E[] =>
  log.slice(log.findLastIndex(({ event }) => event === "hop_started"));

/** The run, not older than what the trunk job before this one said of it: a read may lag behind that job's push. */
export function readAfterGo(ports: ClaimPorts): Promise<ClaimedHop> {
  const { go, run } = ports.inputs;
  const isNew = ({ events }: Snapshot) => go?.kind !== "legs" || isAsNewAs(events, go);
  return readUntil(ports, run, ports.remote.ledger(run), isNew);
}

/** The hop as a job finds it whose workflow run claimed it before; null when it did not, or does not hold it any more. */
export async function claimedHop(ports: ClaimPorts): Promise<ClaimedHop | null> {
  const { job, inputs } = ports;
  const held = await readAfterGo(ports);
  if (!holdsClaim(held, job)) return null;
  const otherwise = simulatedOtherwise(inputs, held.started);
  if (otherwise !== null) throw new Error(otherwise);
  return held;
}

export const holdsClaim = ({ state }: ClaimedHop, job: GitHubJob): boolean => holdsHop(state, job);

/** What the simulation script takes the place of; its reader is loaded only where there is one. */
async function notReal(script: string, pipeline: Pipeline): Promise<string[]> {
  const { parseScript } = await import("../../engine/agents/simulate-script.ts");
  const { simulatedKinds } = await import("../../engine/agents/simulate-tool.ts");
  const read = parseScript(script, "simulate");
  if (!read.ok) throw new Error(read.problems.join("; "));
  return [...simulatedKinds(pipeline, read.script)];
}
