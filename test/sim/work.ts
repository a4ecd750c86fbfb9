/** What a job does once it holds something: the real drive and job time; stages are played. */
import { deadlineOf, jobTime } from "../../action/work/job-time.ts";
import { lostAttempts } from "../../engine/core/attempt-end.ts";
import { mayAppend, type Writer } from "../../engine/core/authority.ts";
import { runningAttempts, type StageEffect } from "../../engine/core/effects.ts";
import type { EventBody } from "../../engine/core/events.ts";
import type { AttemptResult } from "../../engine/core/outcome.ts";
import { type DriveEnd, drive } from "../../engine/drive/drive.ts";
import type { RunLog } from "../../engine/drive/log.ts";
import { onlyReads, type SimWorld } from "./model.ts";
import { clockOf } from "./time.ts";
import type { SimJob } from "./workflow-run.ts";

export interface Work {
  readonly writer: Writer;
  readonly focus: string;
  /** What jobs of another kind begin. */
  readonly elsewhere?: (event: EventBody) => boolean;
  /** What others asked meanwhile, taken in: ours stands behind it. */
  readonly takeIn?: (log: RunLog) => Promise<boolean>;
}

export async function work(
  world: SimWorld,
  job: SimJob,
  log: RunLog,
  { writer, focus, elsewhere, takeIn }: Work,
): Promise<DriveEnd> {
  const clock = clockOf(world.time, job.life);
  const isMine = ({ scope }: StageEffect) =>
    scope === focus || (focus !== "" && scope.startsWith(`${focus}/`));
  const running = runningAttempts(log.pipeline, log.state).filter(isMine);
  for (const event of lostAttempts(log.pipeline, log.state, running)) log.push(event);
  const time = jobTime(deadlineOf(job.begun ?? 0, world.jobMs / 60_000), clock.now);
  const timeoutOf = (node: string) => log.pipeline.stages.get(node)?.timeoutMs ?? null;
  const driving = drive(log, {
    clock,
    focus,
    may: (event) => mayAppend(writer, event, focus) && !elsewhere?.(event),
    mayStart: ({ node }) => time.mayStart(timeoutOf(node)),
    async flushed() {
      if (await takeIn?.(log))
        driving.tell({ event: "warning", code: "requests_taken_in", message: "taken in while this job ran" });
    },
    perform: (effect, signal) => {
      const { node } = effect;
      if (!mayRun(world, job, node, focus))
        throw new Error(`${job.life.name} ran ${node}, which is another job's`);
      const begun = clock.now();
      const { result, ms } = world.stage(effect, lostBefore(world, effect));
      return time.attempt({ node, timeoutMs: timeoutOf(node) }, async (limit): Promise<AttemptResult> => {
        await clock.sleep(Math.min(ms, limit), signal);
        const fail = (failure_reason: string) => ({ status: "fail", failure_reason });
        if (signal.aborted)
          return { outcome: fail("stopped"), evidence: { canceled: true }, durationMs: clock.now() - begun };
        if (ms > limit) return { outcome: fail("slow"), evidence: { timed_out: true }, durationMs: limit };
        return result;
      });
    },
  });
  const stop = () =>
    driving.tell({
      event: "cancellation_requested",
      ...(focus === "" ? {} : { branches: [focus] }),
      reason: String(job.cancel.signal.reason),
      by: "Actions",
    });
  if (job.cancel.signal.aborted) stop();
  job.cancel.signal.addEventListener("abort", stop);
  try {
    return await driving.done;
  } finally {
    job.cancel.signal.removeEventListener("abort", stop);
  }
}

/** What must not reach a token that can write never runs where one is; what has a user of its own keeps it in the trunk. */
function mayRun(world: SimWorld, { spec }: SimJob, node: string, focus: string): boolean {
  const reads = world.readOnly === "all" ? spec.kind === "legs" : spec.list === "read_only";
  return focus === "" ? onlyReads(world, node) === reads : reads || !onlyReads(world, node);
}

function lostBefore(world: SimWorld, { node, scope, visit }: StageEffect): number {
  return world
    .log()
    .filter(
      (line) =>
        line.event === "stage_attempt_end" &&
        line.node_id === node &&
        (line.branch_key ?? "") === scope &&
        line.visit === visit &&
        line.evidence?.lost,
    ).length;
}
