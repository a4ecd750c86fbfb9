/** The jobs of a hop as processes of the world: the real decide, drive, claim rule and leg plan; only their ports are simulated. */
import { firstTrunk } from "../../action/hop/round.ts";
import { deadlineOf, jobTime } from "../../action/work/job-time.ts";
import { lostAttempts } from "../../engine/core/attempt-end.ts";
import { isOfLeg, mayAppend } from "../../engine/core/authority.ts";
import { unfinished } from "../../engine/core/branch-result.ts";
import { runningAttempts, type StageEffect } from "../../engine/core/effects.ts";
import type { PlannedBranch } from "../../engine/core/events/flow.ts";
import { type EventBody, parseEvent, type RunEvent } from "../../engine/core/events.ts";
import { foldAll } from "../../engine/core/fold.ts";
import { hash32 } from "../../engine/core/hash.ts";
import { plannedLegs } from "../../engine/core/legs.ts";
import type { AttemptResult } from "../../engine/core/outcome.ts";
import type { RunState } from "../../engine/core/state.ts";
import { drive } from "../../engine/drive/drive.ts";
import { openLog, type RunLog } from "../../engine/drive/log.ts";
import { type Ledger, LedgerError, type Snapshot } from "../../engine/ledger/port.ts";
import type { SimRun } from "./github.ts";
import type { SimWorld } from "./model.ts";
import { clockOf, type Life } from "./time.ts";

interface Job {
  readonly world: SimWorld;
  readonly life: Life;
  readonly run: SimRun;
  readonly attempt: number;
  readonly begun: number;
}

const tipIn = (snapshot: Snapshot, world: SimWorld, tip: string): boolean => {
  for (let at: string | null = snapshot.tip; at !== null; at = world.refs.commits.get(at)?.parent ?? null)
    if (at === tip) return true;
  return false;
};

async function look(job: Job, ledger: Ledger): Promise<{ snapshot: Snapshot; state: RunState }> {
  const snapshot = await ledger.read();
  return {
    snapshot,
    state: foldAll(
      job.world.pipeline,
      snapshot.events.map((line) => parseEvent(line)),
    ),
  };
}

async function claim(job: Job, ledger: Ledger): Promise<RunLog | null> {
  const clock = clockOf(job.world.time, job.life);
  for (let patience = 0; ; ) {
    const { snapshot, state } = await look(job, ledger);
    if (!tipIn(snapshot, job.world, job.run.input.tip) && patience++ < 30) {
      await clock.sleep(2_000, new AbortController().signal);
      continue;
    }
    const mine = firstTrunk(state, { runId: job.run.id, attempt: job.attempt }, job.run.input);
    if (mine.does === "leave") return null;
    const event: EventBody = {
      event: "hop_started",
      hop: mine.hop,
      epoch: mine.epoch,
      by: { run_id: job.run.id, attempt: job.attempt },
    };
    const stored = await ledger.append(snapshot.tip, [{ ts: new Date(clock.now()).toISOString(), ...event }]);
    if (!stored.ok) continue;
    const read = await ledger.read();
    return openLog({ pipeline: job.world.pipeline, ledger, clock }, read);
  }
}

/** What a stage says hangs on the run's seed and on what it is, never on who runs it or when. */
export function said(seed: number, effect: StageEffect, lost: number): { result: AttemptResult; ms: number } {
  const roll = hash32(`${seed}/${effect.scope}/${effect.node}/${effect.visit}/${effect.attempt - lost}`) % 20;
  const ms = 500 + (hash32(`${seed}:${effect.id}`) % 90_000);
  const fail = (failure_reason: string): AttemptResult => ({
    outcome: { status: "fail", failure_reason },
    evidence: {},
    durationMs: ms,
  });
  if (roll === 13)
    return {
      ms,
      result: {
        ...fail("the account is empty"),
        evidence: { error_code: "quota", pause: { provider: "sim" } },
      },
    };
  if (roll < 14)
    return {
      ms,
      result: {
        outcome: { status: "success" },
        evidence: {},
        durationMs: ms,
        usage: [{ provider: "sim", cost_usd: 0.01 }],
      },
    };
  // Called canceled by a text and by a stranger's signal: failures like any other.
  if (roll === 14) return { ms, result: { ...fail("context canceled"), evidence: { exit_code: 1 } } };
  if (roll === 15) return { ms, result: { ...fail("killed by SIGTERM"), evidence: { signal: "SIGTERM" } } };
  if (roll < 17) return { ms, result: fail(`cause ${roll} at ${effect.node}`) };
  return { ms, result: { ...fail("network unreachable"), evidence: { timed_out: true } } };
}

async function work(job: Job, log: RunLog, writer: "trunk" | "leg", focus: string): Promise<string> {
  const { world, life } = job;
  const clock = clockOf(world.time, life);
  const inFocus = (effect: StageEffect) =>
    effect.scope === focus || (focus !== "" && effect.scope.startsWith(`${focus}/`));
  for (const event of lostAttempts(
    log.pipeline,
    log.state,
    runningAttempts(log.pipeline, log.state).filter(inFocus),
  ))
    log.push(event);
  const epoch = log.state.hop?.epoch ?? 0;
  const time = jobTime(deadlineOf(job.begun, world.jobMs / 60_000), clock.now);
  const driving = drive(log, {
    clock,
    may: (event) => mayAppend(writer, event, focus),
    mayStart: ({ node }) => time.mayStart(log.pipeline.stages.get(node)?.timeoutMs ?? null),
    focus,
    perform: (effect, signal) => {
      const { node, scope, visit, id } = effect;
      const begun = clock.now();
      world.ran.push({ effect: id, epoch, at: begun });
      const ends = world
        .log()
        .filter(
          (line) =>
            line.event === "stage_attempt_end" &&
            line.node_id === node &&
            (line.branch_key ?? "") === scope &&
            line.visit === visit &&
            line.evidence?.lost,
        );
      const { result, ms } = world.stage(effect, ends.length);
      const timeoutMs = log.pipeline.stages.get(node)?.timeoutMs ?? null;
      return time.attempt({ node, timeoutMs }, async (limit) => {
        await clock.sleep(Math.min(ms, limit), signal);
        const fail = (failure_reason: string) => ({ status: "fail", failure_reason });
        if (signal.aborted)
          return { outcome: fail("stopped"), evidence: { canceled: true }, durationMs: clock.now() - begun };
        if (ms > limit) return { outcome: fail("slow"), evidence: { timed_out: true }, durationMs: limit };
        return result;
      });
    },
  });
  const stop = (reason: string) => driving.tell({ event: "cancellation_requested", reason, by: "Actions" });
  if (writer === "trunk") {
    if (job.run.canceled) stop("cancelled");
    job.run.cancel.add(stop);
  }
  try {
    return await driving.done;
  } finally {
    job.run.cancel.delete(stop);
  }
}

const legRef = (branch: PlannedBranch, epoch: number, attempt: number): string =>
  `leg/${branch.key}/e${epoch}a${attempt}`;

/** One workflow run of a hop, from trunk to settle. Every job may be lost; what is lost says nothing more. */
export async function playHop(world: SimWorld, run: SimRun): Promise<void> {
  const attempt = run.attempt;
  const loses = (name: string): Job => {
    const life: Life = { name: `${name} of ${run.id}.${attempt}`, dead: false };
    if (world.chance.happens(world.lossRate)) {
      const after = world.chance.between(100, 200_000);
      world.time.after(after, () => {
        if (run.completed) return;
        // A zombie lives on after GitHub has given it up.
        if (world.chance.happens(0.3)) world.zombies.add(life.name);
        else life.dead = true;
        lost.get(name)?.();
      });
    }
    if (name !== "settle") {
      world.time.after(world.jobMs, () => {
        if (life.dead || over.has(name)) return;
        life.dead = true;
        world.killed.push(life.name);
        lost.get(name)?.();
      });
    }
    return { world, life, run, attempt, begun: world.time.now() };
  };
  const lost = new Map<string, () => void>();
  const over = new Set<string>();
  /** The job's end, or its loss, whichever the server sees first. */
  const job = async <T>(name: string, work: (job: Job) => Promise<T>): Promise<T | null> => {
    const gone = new Promise<null>((resolve) => lost.set(name, () => resolve(null)));
    const it = loses(name);
    return Promise.race([
      work(it)
        .catch((error: unknown) => {
          if (!(error instanceof LedgerError)) throw error;
          return null;
        })
        .finally(() => over.add(name)),
      gone,
    ]);
  };

  const legs = await job("trunk", async (it) => {
    const ledger = world.ledger(it.life, "trunk");
    const log = await claim(it, ledger);
    if (log === null) return { branches: [] as readonly PlannedBranch[], claimed: false };
    const why = await work(it, log, "trunk", "");
    const planned = why === "held" ? plannedLegs(log.pipeline, log.state) : null;
    return { branches: planned?.branches ?? [], claimed: true };
  });
  if (legs?.branches.length) {
    await Promise.all(legs.branches.map((branch) => job(branch.key, (it) => playLeg(it, branch))));
  }
  const settled = await job("settle", (it) => settle(it));
  world.github.complete(run, legs === null || settled === null ? "failure" : "success");
}

async function playLeg(job: Job, branch: PlannedBranch): Promise<void> {
  const trunk = world(job).ledger(job.life, "trunk");
  const { state } = await look(job, trunk);
  if (state.hop?.by?.run_id !== job.run.id || state.hop.status !== "claimed") return;
  const epoch = state.hop.epoch;
  const ledger = world(job).ledger(job.life, legRef(branch, epoch, job.attempt));
  const clock = clockOf(job.world.time, job.life);
  const cursor = state.scopes.get("")?.cursor;
  const fan = cursor?.phase === "fanned" ? cursor : null;
  if (!fan) return;
  const ts = new Date(clock.now()).toISOString();
  const first = state.scopes.has(branch.key)
    ? { event: "warning", branch_key: branch.key, code: "leg_continues", message: "goes on" }
    : {
        event: "branch_started",
        branch_key: branch.key,
        node_id: branch.start_node,
        fan_node: fan.node,
        fan_visit: fan.fan.visit,
        index: branch.index,
      };
  let snapshot: Snapshot;
  try {
    snapshot = await ledger.create([{ ts, ...first }]);
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code !== "exists") throw error;
    snapshot = await ledger.read();
  }
  const log = openLog({ pipeline: job.world.pipeline, ledger, clock, from: state }, snapshot);
  if (!log.state.scopes.has(branch.key)) return;
  const why = await work(job, log, "leg", branch.key);
  if (why !== "ended")
    log.push({ event: "leg_paused", branch_key: branch.key, why: why === "waiting" ? "waiting" : "yield" });
  await log.flush();
}

const world = (job: Job): SimWorld => job.world;

async function settle(job: Job): Promise<void> {
  const ledger = job.world.ledger(job.life, "trunk");
  for (;;) {
    const { snapshot, state } = await look(job, ledger);
    if (state.hop?.by?.run_id !== job.run.id || state.hop.status !== "claimed") return;
    const log = openLog(
      { pipeline: job.world.pipeline, ledger, clock: clockOf(job.world.time, job.life) },
      snapshot,
    );
    const cursor = log.state.scopes.get("")?.cursor;
    const planned = plannedLegs(log.pipeline, log.state);
    if (planned && cursor?.phase === "fanned") {
      for (const branch of planned.branches)
        for (const event of collect(job, branch, cursor, state.hop.epoch)) log.push(event);
    }
    log.push({ event: "hop_settled", hop: state.hop.hop, epoch: state.hop.epoch, outcome: "done" });
    try {
      await log.flush();
      return;
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
    }
  }
}

function collect(
  job: Job,
  branch: PlannedBranch,
  fan: { node: string; fan: { visit: number } },
  epoch: number,
): EventBody[] {
  for (let attempt = job.attempt; attempt >= 1; attempt--) {
    const ref = legRef(branch, epoch, attempt);
    if (!job.world.refs.heads.has(ref)) continue;
    const events = job.world.refs.log(ref).map((line) => parseEvent(line) as RunEvent);
    const last = events.at(-1);
    if (last?.event === "branch_completed" || last?.event === "leg_paused") {
      if (!events.every((event) => isOfLeg(event, branch.key)))
        throw new Error(`${ref} holds what is not its own`);
      return events.map(({ seq, ts, run_id, ...body }) => body as EventBody);
    }
    break;
  }
  const cause = {
    node_id: branch.start_node,
    reason: "its runner was lost",
    class: "transient_infra" as const,
    signature: `${branch.key}|lost`,
  };
  return [
    {
      event: "branch_completed",
      branch_key: branch.key,
      fan_node: fan.node,
      fan_visit: fan.fan.visit,
      status: "fail",
      failure_reason: cause.reason,
      failure_class: cause.class,
      failure_signature: cause.signature,
      result: { ...unfinished(branch, "fail", "lost"), cause },
    },
  ];
}
