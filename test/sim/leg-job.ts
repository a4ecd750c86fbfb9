/** One branch in a job of its own: on its own ref, from what an earlier epoch left, and in its own round alone. */
import { parseControlOutput } from "../../action/hop/control-output.ts";
import { indexIn, TURN } from "../../action/hop/matrix.ts";
import { collectedIn, isAsNewAs, whyNoLeg } from "../../action/hop/round.ts";
import type { EventBody } from "../../engine/core/events.ts";
import { type Legs, plannedLegs } from "../../engine/core/legs.ts";
import { isReadOnlyBranch, readOnlyTurn } from "../../engine/core/read-only.ts";
import type { RunState } from "../../engine/core/state.ts";
import { openLog, type RunLog } from "../../engine/drive/log.ts";
import { unstamped } from "../../engine/ledger/envelope.ts";
import { LedgerError, type NewEvent, type Snapshot } from "../../engine/ledger/port.ts";
import { epochOf, isOver, legRef, refsOf } from "./leg-refs.ts";
import { holderOf, look, stamped, truth } from "./look.ts";
import type { SimWorld } from "./model.ts";
import { GREEN, type Said } from "./said.ts";
import { clockOf, sleepOf } from "./time.ts";
import { leaveParcel, ownLog, playTurn } from "./turn-job.ts";
import { work } from "./work.ts";
import type { SimJob } from "./workflow-run.ts";

const READS = 30;
const READ_EVERY_MS = 2_000;

export async function playLeg(world: SimWorld, job: SimJob): Promise<Said> {
  const go = parseControlOutput(job.given.go);
  if (go?.kind !== "legs" || job.leg === null) throw new Error(`${job.life.name} was given no branch`);
  const trunk = world.ledger(job.life, "trunk");
  let now = await look(world, trunk);
  for (let reads = 0; reads < READS && !isAsNewAs(now.events, go); reads++) {
    await sleepOf(world.time, job.life, READ_EVERY_MS);
    now = await look(world, trunk);
  }
  const { state } = now;
  if (whyNoLeg(state, holderOf(job), go) !== null) {
    if (whyNoLeg(truth(world), holderOf(job), go) === null) world.left.push(job.life.name);
    return GREEN;
  }
  const legs = plannedLegs(world.pipeline, state);
  const index = indexIn(job.leg);
  if (index === TURN) {
    if (readOnlyTurn(world.pipeline, state, world.readOnly) !== null) await playTurn(world, job, now);
    return GREEN;
  }
  const branch = legs?.branches.find((each) => each.index === index);
  if (!legs || !branch || !state.hop) return GREEN;
  const { key } = branch;
  const ref = legRef(key, state.hop.epoch, job.attempt);
  world.legs.push({
    job: job.life.name,
    told: `${go.hop}.${go.epoch}`,
    took: `${state.hop.hop}.${state.hop.epoch}`,
  });
  if (isReadOnlyBranch(world.pipeline, legs.fan.node, branch, world.readOnly)) {
    const first = stamped(world, firstOf(state, legs, branch));
    const { log, written } = await ownLog(world, job, [first], state);
    await drive(world, job, log, key);
    leaveParcel(world, job, ref, await written());
    if (job.result === null) world.endedLegs.add(ref);
    return GREEN;
  }
  const ledger = world.ledger(job.life, ref);
  let snapshot: Snapshot;
  try {
    snapshot = await ledger.create(
      adopted(world, key, ref, collectedIn(now.events, key)) ?? [
        stamped(world, firstOf(state, legs, branch)),
      ],
    );
  } catch (error) {
    if (!(error instanceof LedgerError && error.code === "exists")) throw error;
    snapshot = await ledger.read();
  }
  const log = openLog(
    { pipeline: world.pipeline, ledger, clock: clockOf(world.time, job.life), from: state },
    snapshot,
  );
  await drive(world, job, log, key);
  if (job.result === null) world.endedLegs.add(ref);
  return GREEN;
}

async function drive(world: SimWorld, job: SimJob, log: RunLog, key: string): Promise<void> {
  if (!log.state.scopes.has(key)) return;
  const why = await work(world, job, log, { writer: "leg", focus: key });
  if (why !== "ended")
    log.push({ event: "leg_paused", branch_key: key, why: why === "waiting" ? "waiting" : "yield" });
  await log.flush();
}

/** A finished branch never runs again, and a broken one goes on. */
function adopted({ refs }: SimWorld, key: string, own: string, since: number): NewEvent[] | null {
  const logs = refsOf(refs, key)
    .filter((ref) => ref !== own && epochOf(ref) > since)
    .map((ref) => refs.heads.get(ref)?.all ?? []);
  const best = logs.find((events) => isOver(events, key)) ?? logs[0];
  return best?.filter(({ event }) => event !== "leg_paused").map(unstamped) ?? null;
}

function firstOf(state: RunState, { fan }: Legs, branch: Legs["branches"][number]): EventBody {
  const { key, start_node, index } = branch;
  if (state.scopes.has(key))
    return { event: "warning", branch_key: key, code: "leg_continues", message: "goes on" };
  return {
    event: "branch_started",
    branch_key: key,
    node_id: start_node,
    fan_node: fan.node,
    fan_visit: fan.visit,
    index,
  };
}
