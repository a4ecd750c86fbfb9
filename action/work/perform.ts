/** What trunk and legs have in common: the local driver's way of performing, with GitHub's authority, pushes and deadline. */

import { join } from "node:path";
import { machineClock } from "../../engine/clock.ts";
import { lostAttempts } from "../../engine/core/attempt-end.ts";
import { mayAppend } from "../../engine/core/authority.ts";
import { runningAttempts, type StageEffect } from "../../engine/core/effects.ts";
import type { EventBody } from "../../engine/core/events.ts";
import { TRUNK } from "../../engine/core/state.ts";
import { type DriveEnd, type DrivePorts, drive } from "../../engine/drive/drive.ts";
import { type CoalescingLedger, coalescingLedger } from "../../engine/ledger/coalescing.ts";
import { fileLedger } from "../../engine/ledger/file-ledger.ts";
import type { GitLedger } from "../../engine/ledger/git/git-ledger.ts";
import type { Ledger } from "../../engine/ledger/port.ts";
import { openScopes } from "../../engine/local/open-scopes.ts";
import { performer, timeoutOf } from "../../engine/local/perform.ts";
import { stuck, vitals } from "../../engine/local/vitals.ts";
import type { StageRunner } from "../../engine/stages/port.ts";
import type { GitHubJob } from "../github-env.ts";
import { driverFolder } from "../hop/remote.ts";
import type { StageUser } from "../isolation/stage-user.ts";
import type { JobPorts } from "../ports.ts";
import { type JobTime, jobTime } from "./job-time.ts";
import type { JobWork } from "./job-work.ts";
import { masked } from "./masked.ts";
import { type Cargo, pushes } from "./pushes.ts";
import { told } from "./stage-log.ts";

/** The same for every part of a hop. */
export const given = ({ inputs, env, stages, redact, say, deadline }: JobPorts) => ({
  script: inputs.simulate === "" ? null : inputs.simulate,
  env,
  stages,
  redact,
  say,
  deadline,
});

/** Hosts take few pushes a minute. */
export const TRUNK_PUSH_EVERY_MS = 10_000;

export type WorkEnd = DriveEnd | "superseded";

class Superseded extends Error {
  override readonly name = "Superseded";
}

const logPath = (job: GitHubJob, name: string): string => join(driverFolder(job), `${name}.ndjson`);

/** Every append is on this machine at once; the remote gets it when `pushes` says, or from settle when this job may not write. */
export const localFirst = (
  { job, inputs }: Pick<JobPorts, "job" | "inputs">,
  remote: GitLedger,
  name: string,
): CoalescingLedger<Cargo> =>
  coalescingLedger<Cargo>({
    path: logPath(job, name),
    remote,
    readonly: inputs.durability === "job",
    later: () => () => undefined,
  });

/** A log of this job's own that no remote has. */
export function ownLog(job: GitHubJob, runId: string, name: string): Ledger {
  const file = fileLedger(logPath(job, name), runId);
  return { ...file, append: (tip, events) => file.append(tip, events) };
}

/** For a ledger that nobody may push: what is on this machine is all there is. */
export const unpushed = (ledger: Ledger): CoalescingLedger<Cargo> => ({
  ...ledger,
  async flush() {
    const { tip } = await ledger.read();
    return { ok: true, tip, learned: [] };
  },
  pending: async () => [...(await ledger.read()).events],
});

export async function work(given: JobWork): Promise<WorkEnd> {
  const { log, config, place, writer, focus, cancel, superseded, deadline } = given;
  const mine = runningAttempts(log.pipeline, log.state).filter(
    (effect) =>
      writer === "local" ||
      effect.scope === (focus ?? TRUNK) ||
      (focus !== undefined && effect.scope.startsWith(`${focus}/`)),
  );
  for (const event of lostAttempts(log.pipeline, log.state, mine)) log.push(event);
  let tell: (event: EventBody) => void = () => undefined;
  let driving = false;
  const refusals: EventBody[] = [];
  // A trunk job leaves branches that wait or paused to their legs.
  const part = writer === "local" ? undefined : (focus ?? TRUNK);
  let broken: (error: Error) => void = () => undefined;
  const monitor = vitals({
    clock: machineClock,
    scopes: () => openScopes(log.state, part),
    stuck: (idleMs) => broken(stuck(idleMs)),
    heartbeatMs: config.runtime_policy.heartbeat_interval_ms,
    stallMs: config.runtime_policy.stall_timeout_ms,
    stallCheckMs: config.runtime_policy.stall_check_interval_ms,
    // Heartbeats go to the job's log, never into ledger commits (R-LIVE-6).
    beat: (event) => console.log(`heartbeat ${JSON.stringify(event)}`),
    stalled: (event) => tell(event),
  });
  const outbox = pushes({
    log,
    ledger: given.ledger,
    code: given.code,
    clock: machineClock,
    everyMs: given.pushEveryMs,
    learned: (event) => tell(event),
    refused: (why) => {
      const event = given.refused(why);
      if (driving) tell(event);
      else refusals.push(event);
    },
    superseded: () => superseded.abort("another workflow run goes on with this run"),
  });
  const running = new Set<Promise<unknown>>();
  const time = jobTime(deadline, machineClock.elapsed);
  const runner = runnerOf(given);
  // A script that cannot be read is refused before anything is recorded.
  if (given.script !== null) await runner();
  const perform = performer({
    clock: machineClock,
    log,
    config,
    logsRoot: place.root,
    workspaces: place.workspaces,
    vitals: monitor,
    runner: masked(
      given.redact,
      told(
        given.say,
        given.redact,
        asStageUser(
          given.stages,
          within(time, async (request) => (await runner())(request)),
        ),
      ),
    ),
  });
  /** What costs money is on the remote before it begins, and its result right after. */
  let owed = false;
  const guarded = async (effect: StageEffect, signal: AbortSignal) => {
    const costs = log.pipeline.stages.get(effect.node)?.handler === "agent";
    if (costs) await outbox.push();
    stopIf(superseded.signal);
    const going = perform(effect, AbortSignal.any([signal, superseded.signal]));
    running.add(going);
    try {
      return await going;
    } finally {
      running.delete(going);
      if (costs) await given.sessions.keep();
      owed ||= costs || cancel.aborted;
      stopIf(superseded.signal);
    }
  };
  /** A run has no end before its work is on the remote: it could not be taken back. */
  let ends = false;
  const ports: DrivePorts = {
    clock: machineClock,
    perform: guarded,
    may: (event) => mayAppend(writer, event, focus) && (ends || !ENDS.has(event.event)),
    mayStart: ({ node }) => time.mayStart(timeoutOf(log.pipeline.stages.get(node)?.timeoutMs, config)),
    async flushed() {
      if (owed) await outbox.push();
      else await outbox.maybe();
      owed = false;
      stopIf(superseded.signal);
    },
    ...(part === undefined ? {} : { focus: part }),
  };
  /** Drives as far as it goes; then all of it is on the remote, or the log says what is not. */
  const go = async () => {
    const going = drive(log, ports);
    tell = going.tell;
    broken = going.fail;
    driving = true;
    if (cancel.aborted) canceled();
    const why = await going.done;
    driving = false;
    const last = given.stopped?.(why) ?? null;
    if (last !== null) log.push(last);
    await log.flush();
    await outbox.push();
    if (refusals.length > 0 && !superseded.signal.aborted) {
      for (const event of refusals.splice(0)) log.push(event);
      await log.flush();
      await outbox.push();
    }
    return why;
  };
  const canceled = () =>
    tell({
      event: "cancellation_requested",
      ...(focus === undefined ? {} : { branches: [focus] }),
      reason: String(cancel.reason),
      by: "Actions",
    });
  cancel.addEventListener("abort", canceled, { once: true });
  try {
    let why = await go();
    ends = true;
    if (writer === "local" && why === "held" && !superseded.signal.aborted) why = await go();
    return superseded.signal.aborted ? "superseded" : why;
  } catch (error) {
    if (error instanceof Superseded) return "superseded";
    throw error;
  } finally {
    // No process of a stage outlives the driver, whatever ended it.
    await Promise.allSettled(running);
    outbox.stop();
    monitor.stop();
    cancel.removeEventListener("abort", canceled);
  }
}

const ENDS: ReadonlySet<string> = new Set(["run_completed", "run_failed", "run_canceled"]);

function stopIf(superseded: AbortSignal): void {
  if (superseded.aborted) throw new Superseded(String(superseded.reason));
}

/** What runs stages is large, and a job has much to do before its first stage. */
function runnerOf(given: JobWork): () => Promise<StageRunner> {
  let made: Promise<StageRunner> | null = null;
  return () => {
    made ??= import("./stage-runner.ts").then(({ jobRunner }) => jobRunner(given));
    return made;
  };
}

/** A stage that would outlast its job is ended a little before it, and the graph decides what then. */
const within =
  (time: JobTime, runner: StageRunner): StageRunner =>
  (request) =>
    time.attempt({ node: request.stage.id, timeoutMs: request.timeoutMs }, (timeoutMs) =>
      runner({ ...request, timeoutMs }),
    );

/** What ends a stage's processes is what started them; here the job ends when one of them lived on. */
function asStageUser(stages: StageUser | null, runner: StageRunner): StageRunner {
  if (stages === null) return runner;
  return async (request) => {
    const result = await runner(request);
    stages.checkQuiet();
    return result;
  };
}
