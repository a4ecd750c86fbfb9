/** What the branches of a hop brought, as the job takes it that ends the hop. */
import { newestLegResult } from "../../action/hop/branch-result.ts";
import { type HandedPieces, handedPieces } from "../../action/hop/handed-pieces.ts";
import { isOfLeg } from "../../engine/core/authority.ts";
import { unfinished } from "../../engine/core/branch-result.ts";
import type { EventBody } from "../../engine/core/events.ts";
import type { Legs } from "../../engine/core/legs.ts";
import { isReadOnlyBranch } from "../../engine/core/read-only.ts";
import { retrace } from "../../engine/core/retrace.ts";
import { LedgerError, type LedgerEvent } from "../../engine/ledger/port.ts";
import { asEvent } from "./ledgers.ts";
import { hasEnd, legRef, refsOf } from "./leg-refs.ts";
import type { Looked } from "./look.ts";
import type { SimWorld } from "./model.ts";
import { sleepOf } from "./time.ts";
import { TURN_KEY } from "./turn-job.ts";
import type { SimJob } from "./workflow-run.ts";

type Branch = Legs["branches"][number];

export interface CollectedLegs {
  readonly events: readonly EventBody[];
  /** Removes what was collected from the branches' refs; done with the commit that holds the events. */
  readonly sweep: () => void;
}

const READS = 30;
const READ_EVERY_MS = 2_000;

export async function collectLegs(world: SimWorld, job: SimJob, now: Looked): Promise<CollectedLegs> {
  const handed = handedTo(world, now);
  const nothing = { events: [], sweep: () => undefined };
  if (handed.kind === "turn") return await collectTurn(world, job, now, handed.from);
  if (handed.kind === "nothing") return nothing;
  const { legs } = handed;
  const since = now.events.slice(now.events.findLastIndex(({ event }) => event === "hop_started"));
  const answered = new Set(
    since.flatMap((line) => (line.event === "human_gate_answered" ? [line.branch_key ?? ""] : [])),
  );
  let began = false;
  const parts: EventBody[][] = [];
  for (const branch of legs.branches) {
    const epoch = now.state.hop?.epoch ?? 0;
    const brought = isReadOnlyBranch(world.pipeline, legs.fan.node, branch, world.readOnly)
      ? await parcelOf(world, job, branch.key, epoch)
      : await legResult(world, job, branch, epoch);
    began ||= brought !== null;
    // The list was made while it waited for a person: no job ran it, and it is not lost.
    if (brought === null && answered.has(branch.key)) continue;
    const known = now.state.scopes.has(branch.key);
    parts.push(taken(branch, legs, brought).filter(({ event }) => !known || event !== "branch_started"));
  }
  // None ran a stage: the jobs before them were lost. The same branches run in the next hop.
  if (!began) return nothing;
  const { heads } = world.refs;
  const gone = legs.branches.flatMap(({ key }) => refsOf(world.refs, key));
  return {
    events: parts.flat(),
    sweep: () => {
      for (const ref of gone) heads.delete(ref);
    },
  };
}

export const handedTo = ({ pipeline, readOnly }: SimWorld, { snapshot, state }: Looked): HandedPieces =>
  handedPieces({ pipeline, snapshot, state }, readOnly);

async function collectTurn(
  world: SimWorld,
  job: SimJob,
  now: Looked,
  from: Looked["state"],
): Promise<CollectedLegs> {
  const { pipeline } = world;
  const brought = await parcelOf(world, job, TURN_KEY, now.state.hop?.epoch ?? 0);
  const { events, problem } = retrace(pipeline, from, (brought ?? []).map(asEvent));
  if (problem !== null && now.state.stop === null) throw new Error(`an honest turn is refused: ${problem}`);
  return { events, sweep: () => undefined };
}

/** What a job left that may only read, by the rule that looks for artifacts. */
async function parcelOf(
  { parcels }: SimWorld,
  job: SimJob,
  key: string,
  epoch: number,
): Promise<readonly LedgerEvent[] | null> {
  const brought = await newestLegResult(job.attempt, async (attempt) => {
    const events = parcels.get(legRef(key, epoch, attempt));
    return events === undefined ? null : { events, work: null };
  });
  return brought && "events" in brought ? brought.events : null;
}

/** A log without an end is looked at again: a read may lag behind the job that wrote it. */
async function legResult(
  world: SimWorld,
  job: SimJob,
  { key }: Branch,
  epoch: number,
): Promise<readonly LedgerEvent[] | null> {
  for (let reads = 0; ; reads++) {
    const brought = await newestLegResult(job.attempt, async (attempt) => {
      const ref = legRef(key, epoch, attempt);
      if (!world.refs.heads.has(ref)) return null;
      try {
        const { events } = await world.ledger(job.life, ref).read();
        return { events, work: null };
      } catch (error) {
        // Somebody else has collected it.
        if (error instanceof LedgerError && error.code === "missing") return null;
        throw error;
      }
    });
    const events = brought && "events" in brought ? brought.events : null;
    if (events === null || hasEnd(events, key) || reads >= READS) return events;
    await sleepOf(world.time, job.life, READ_EVERY_MS);
  }
}

function taken(branch: Branch, { fan }: Legs, brought: readonly LedgerEvent[] | null): EventBody[] {
  const { key } = branch;
  if (brought !== null && hasEnd(brought, key)) {
    const events = brought.map(asEvent);
    if (!events.every((event) => isOfLeg(event, key))) throw new Error(`${key} holds what is not its own`);
    return events.map(({ seq: _seq, ts: _ts, run_id: _run, ...body }) => body as EventBody);
  }
  const cause = {
    node_id: branch.start_node,
    reason: "its runner was lost",
    class: "transient_infra" as const,
    signature: `${key}|lost`,
  };
  return [
    {
      event: "branch_completed",
      branch_key: key,
      fan_node: fan.node,
      fan_visit: fan.visit,
      status: "fail",
      failure_reason: cause.reason,
      failure_class: cause.class,
      failure_signature: cause.signature,
      result: { ...unfinished(branch, "fail", "lost"), cause },
    },
  ];
}
