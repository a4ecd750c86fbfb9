/** What trunk and legs have in common: the local driver's way of performing, with GitHub's authority, pushes and deadline. */

import { join } from "node:path";
import { machineClock } from "../../engine/clock.ts";
import { mayAppend } from "../../engine/core/authority.ts";
import type { EventBody } from "../../engine/core/events.ts";
import { RUN_ENDS } from "../../engine/core/run-ends.ts";
import { TRUNK } from "../../engine/core/state.ts";
import type { DriveEnd, DrivePorts } from "../../engine/drive/drive.ts";
import { asksModel } from "../../engine/graph/asks-model.ts";
import { type CoalescingLedger, coalescingLedger } from "../../engine/ledger/coalescing.ts";
import { fileLedger } from "../../engine/ledger/file-ledger.ts";
import type { GitLedger } from "../../engine/ledger/git/git-ledger.ts";
import type { Ledger } from "../../engine/ledger/port.ts";
import { conductor } from "../../engine/local/conductor.ts";
import { timeoutOf } from "../../engine/local/perform.ts";
import type { StageRunner } from "../../engine/stages/port.ts";
import type { GitHubJob } from "../github-env.ts";
import { driverFolder } from "../hop/remote.ts";
import { onlyReads } from "../inputs.ts";
import type { StageUser } from "../isolation/stage-user.ts";
import type { JobPorts } from "../ports.ts";
import { type JobTime, jobTime } from "./job-time.ts";
import type { JobWork } from "./job-work.ts";
import { masked } from "./masked.ts";
import { type PushExtras, pushScheduler } from "./pushes.ts";
import { withStageLog } from "./stage-log.ts";

/** The same for every part of a hop. */
export const workOptions = ({
  inputs,
  env,
  stages,
  redact,
  say,
  deadline,
  remote,
}: Pick<JobPorts, "inputs" | "env" | "stages" | "redact" | "say" | "deadline" | "remote">) => ({
  base: remote.repo.git,
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

/** Every append is on this machine at once; the remote gets it when `pushes` says, or from the job that takes it in when this one may not write. */
export const localFirst = (
  { job, inputs }: Pick<JobPorts, "job" | "inputs">,
  remote: GitLedger,
  name: string,
): CoalescingLedger<PushExtras> =>
  coalescingLedger<PushExtras>({
    path: logPath(job, name),
    remote,
    readonly: onlyReads(inputs),
    later: () => () => undefined,
  });

/** A log of this job's own that no remote has. */
export function ownLog(job: GitHubJob, runId: string, name: string): Ledger {
  const file = fileLedger(logPath(job, name), runId);
  return { ...file, append: (tip, events) => file.append(tip, events) };
}

/** For a ledger that nobody may push: what is on this machine is all there is. */
export const unpushed = (ledger: Ledger): CoalescingLedger<PushExtras> => ({
  ...ledger,
  async flush() {
    const { tip } = await ledger.read();
    return { ok: true, tip, learned: [] };
  },
  pending: async () => [...(await ledger.read()).events],
});

export async function work(given: JobWork): Promise<WorkEnd> {
  const { log, config, place, writer, focus, superseded } = given;
  // A trunk job leaves branches that wait or paused to their legs.
  const part = writer === "local" ? undefined : (focus ?? TRUNK);
  const refusals: EventBody[] = [];
  const outbox = pushScheduler({
    ...{ log, ledger: given.ledger, code: given.code, clock: machineClock, everyMs: given.pushEveryMs },
    learned: (event) => void driver.tell(event),
    refused: (why) => {
      const event = given.refused(why);
      if (!driver.tell(event)) refusals.push(event);
    },
    superseded: () => superseded.abort("another workflow run goes on with this run"),
  });
  const time = jobTime(given.deadline, machineClock.elapsed);
  const runner = runnerOf(given);
  // A script that cannot be read is refused before anything is recorded.
  if (given.script !== null) await runner();
  const paid = paidWork(given, outbox);
  /** A run has no end before its work is on the remote: it could not be taken back. */
  let mayEnd = false;
  const driver = conductor({
    ...{ log, clock: machineClock, config, root: place.root, workspaces: place.workspaces },
    runner: stageRunner(given, time, runner),
    hearing: given.hearing ?? { look: outbox.look, learned: () => [], told: () => undefined },
    ...(part === undefined ? {} : { focus: part }),
    isLost: ({ scope }) =>
      part === undefined || scope === part || (focus !== undefined && scope.startsWith(`${focus}/`)),
    // Heartbeats go to the job's log, never into ledger commits (R-LIVE-6).
    beat: (event) => console.log(`heartbeat ${JSON.stringify(event)}`),
    cancel: given.cancel,
    canceled: () => ({
      event: "cancellation_requested",
      ...(focus === undefined ? {} : { branches: [focus] }),
      reason: String(given.cancel.reason),
      by: "Actions",
    }),
    ports: (perform) => ({
      perform: paid.guarded(perform),
      may: (event) =>
        mayAppend(writer, event, focus) &&
        !given.elsewhere?.(event) &&
        (mayEnd || !RUN_ENDS.has(event.event)),
      mayStart: ({ node }) => time.mayStart(timeoutOf(log.pipeline.stages.get(node)?.timeoutMs, config)),
      flushed: paid.flushed,
    }),
  });
  /** Drives as far as it goes; then all of it is on the remote, or the log says what is not. */
  const go = async () => {
    const why = await driver.drive();
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
  try {
    let why = await go();
    mayEnd = true;
    if (writer === "local" && why === "held" && !superseded.signal.aborted) why = await go();
    return superseded.signal.aborted ? "superseded" : why;
  } catch (error) {
    if (error instanceof Superseded) return "superseded";
    throw error;
  } finally {
    // No process of a stage outlives the driver, whatever ended it.
    await paid.settled();
    outbox.stop();
    driver.stop();
  }
}

interface PaidWork {
  readonly guarded: (perform: DrivePorts["perform"]) => DrivePorts["perform"];
  readonly flushed: () => Promise<void>;
  /** Until nothing runs any more. */
  readonly settled: () => Promise<void>;
}

/** What costs money is on the remote before it begins, and its result right after; nothing runs on for who was superseded. */
function paidWork(
  {
    log,
    cancel,
    sessions,
    superseded: { signal: superseded },
  }: Pick<JobWork, "log" | "cancel" | "sessions" | "superseded">,
  outbox: Pick<ReturnType<typeof pushScheduler>, "push" | "maybe">,
): PaidWork {
  const running = new Set<Promise<unknown>>();
  let pushDue = false;
  return {
    guarded: (perform) => async (effect, signal) => {
      const stage = log.pipeline.stages.get(effect.node);
      const costs = stage !== undefined && asksModel(stage);
      if (costs) await outbox.push();
      stopIf(superseded);
      const going = perform(effect, AbortSignal.any([signal, superseded]));
      running.add(going);
      try {
        return await going;
      } finally {
        running.delete(going);
        if (costs) await sessions.keep();
        pushDue ||= costs || cancel.aborted;
        stopIf(superseded);
      }
    },
    async flushed() {
      if (pushDue) await outbox.push();
      else await outbox.maybe();
      pushDue = false;
      stopIf(superseded);
    },
    async settled() {
      await Promise.allSettled(running);
    },
  };
}

/** Every attempt as this job's user, within its time, with what it says in the job's log and nothing secret in it. */
const stageRunner = (
  { redact, say, stages }: Pick<JobWork, "redact" | "say" | "stages">,
  time: JobTime,
  runner: () => Promise<StageRunner>,
): StageRunner =>
  masked(
    redact,
    withStageLog(
      say,
      redact,
      asStageUser(
        stages,
        within(time, async (request) => (await runner())(request)),
      ),
    ),
  );

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
