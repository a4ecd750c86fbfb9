/** Jobs `next` and `canceled`: what the workflow run still holds is settled, then the coordinator looks at the run. */
import { outcomeOf } from "../../action/hop/hop-end.ts";
import { settleHop } from "../../action/hop/next-round.ts";
import { isRed, lastTask, tookHop, tookPart } from "../../action/hop/round.ts";
import type { EventBody } from "../../engine/core/events.ts";
import type { RunLog } from "../../engine/drive/log.ts";
import { LedgerError } from "../../engine/ledger/port.ts";
import { coordinate } from "../../github/coordinator/coordinate.ts";
import { collectLegs, handedTo } from "./collect-legs.ts";
import type { SimLedger } from "./ledgers.ts";
import { holderOf, type Looked, logAt, look } from "./look.ts";
import type { SimWorld } from "./model.ts";
import { GREEN, type Said } from "./said.ts";
import type { SimJob } from "./workflow-run.ts";

const TRIES = 20;
const NO_EVENTS = { events: [] };

export async function playLast(world: SimWorld, job: SimJob, canceled: boolean): Promise<Said> {
  const me = holderOf(job);
  const ledger = world.ledger(job.life, "trunk");
  const request: EventBody = {
    event: "cancellation_requested",
    reason: `workflow run ${job.run.id} was cancelled`,
    by: "Actions",
  };
  let tookOne = false;
  for (let tries = 0; tries < TRIES; tries++) {
    let now: Looked;
    try {
      now = await look(world, ledger);
    } catch (error) {
      // Its first job never began the run.
      if (error instanceof LedgerError && error.code === "missing") return GREEN;
      throw error;
    }
    tookOne ||= tookHop(now.events, me);
    const task = lastTask(now.state, me, { canceled, took: tookOne, asked: job.run.input });
    if (task === "look") break;
    const log = await ending({ world, job, ledger, canceled }, now, request, task);
    try {
      await log.flush();
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
    }
  }
  // Somebody cancelled this very job: the one after it goes on.
  if (job.cancel.signal.aborted) return GREEN;
  if (world.coordinator === "app") {
    const { state, events } = await look(world, ledger);
    return { ...GREEN, red: isRed(state, tookPart(state, events, me, job.run.input)) };
  }
  const found = await coordinate(world.coordination(job.life));
  world.hinted(found.hints);
  const wrote = found.status === "ended" && !found.found;
  const took = tookPart(found.state, (await look(world, ledger)).events, me, job.run.input);
  return { ...GREEN, red: isRed(found.state, wrote || took) };
}

async function ending(
  { world, job, ledger, canceled }: { world: SimWorld; job: SimJob; ledger: SimLedger; canceled: boolean },
  now: Looked,
  request: EventBody,
  task: "settle" | "request" | "lose",
): Promise<RunLog> {
  ledger.beside = () => undefined;
  const open = () => logAt(world, job.life, ledger, now);
  if (task === "lose") {
    const log = open();
    const { hop, epoch } = now.state.hop!;
    log.push({ event: "hop_lost", hop, epoch, cause: `no job of workflow run ${job.run.id} claimed it` });
    return log;
  }
  if (task === "request") {
    const log = open();
    log.push(request);
    return log;
  }
  if (canceled || now.state.stop !== null) {
    const isHanded = handedTo(world, now).kind === "turn";
    const { events } = isHanded && now.state.stop !== null ? await collectLegs(world, job, now) : NO_EVENTS;
    const log = open();
    for (const event of events) log.push(event);
    if (isHanded && now.state.stop === null) {
      // The request first; what the turn brought comes behind it.
      log.push(request);
      return log;
    }
    if (canceled && now.state.stop === null) log.push(request);
    settleHop(log, outcomeOf(log.state, now.events, events));
    return log;
  }
  const { events, sweep } = await collectLegs(world, job, now);
  ledger.beside = sweep;
  const log = open();
  for (const event of events) log.push(event);
  settleHop(log, outcomeOf(log.state, now.events, events));
  return log;
}
