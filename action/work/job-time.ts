/**
 * What a job's own limit means for its stages: none starts that may outlast the job, and one
 * that would is ended a little before the platform kills it. What the first stage of a job cannot do in it, no job of that
 * length can: its attempt has failed. Any other runs again in the next hop, so every hop gets somewhere.
 */
import type { EventBody } from "../../engine/core/events.ts";
import { type AttemptResult, isFailure } from "../../engine/core/outcome.ts";
import { sinceClaim } from "../hop/claim.ts";

/** What a trunk that stops between stages leaves in the log, for people and for the job that ends the hop. */
export const TIME_IS_UP = {
  event: "warning",
  code: "yield",
  message: "the job's time is up; the run goes on in the next hop",
} as const satisfies EventBody;

/** Whether the hop that is under way stopped for its jobs' time. */
export function timeWasUp(log: readonly { readonly event: string }[], legs: readonly EventBody[]): boolean {
  const since = sinceClaim(log);
  return (
    legs.some((event) => event.event === "leg_paused" && event.why === "yield") ||
    since.some((line) => line.event === "warning" && "code" in line && line.code === TIME_IS_UP.code)
  );
}

/** A job is killed at its limit; stages end before, so that their ends can be written down. */
const HARD_BEFORE_MS = 5 * 60_000;
const SOFT_BEFORE_MS = 15 * 60_000;

/** Clocks and the ending of processes are not exact. */
const CLOSE_MS = 2_000;

/** Instants of `Clock.elapsed`: a jump of the machine's clock ends no job. */
export interface Deadline {
  /** After it no stage starts. */
  readonly soft: number;
  /** At it a stage that still runs is ended. */
  readonly hard: number;
  readonly minutes: number;
}

export function deadlineOf(begun: number, minutes: number): Deadline {
  const limit = minutes * 60_000;
  return {
    soft: begun + limit - Math.min(SOFT_BEFORE_MS, limit / 4),
    hard: begun + limit - Math.min(HARD_BEFORE_MS, limit / 8),
    minutes,
  };
}

export interface JobTime {
  /** `timeoutMs`: what the stage may take; null is any time. */
  mayStart(timeoutMs: number | null): boolean;
  /** Runs one attempt within what is left of the job. */
  attempt(
    asked: { readonly node: string; readonly timeoutMs: number | null },
    run: (timeoutMs: number) => Promise<AttemptResult>,
  ): Promise<AttemptResult>;
}

export function jobTime({ soft, hard, minutes }: Deadline, now: () => number): JobTime {
  let ended = 0;
  return {
    mayStart: (timeoutMs) => ended === 0 || (now() < soft && now() + (timeoutMs ?? 0) <= hard),
    async attempt({ node, timeoutMs }, run) {
      const isFirst = ended === 0;
      const left = Math.max(1_000, hard - now());
      const isShort = timeoutMs === null || timeoutMs > left;
      const result = await run(isShort ? left : timeoutMs);
      ended++;
      // A stage may know limits of its own, an answer that did not come: that is its failure, and no end of the job.
      const jobIsOver = isShort && now() >= hard - CLOSE_MS;
      if (!jobIsOver || !result.evidence.timed_out || !isFailure(result.outcome.status)) return result;
      return isFirst ? tooLong(result, node, minutes) : outOfTime(result, node);
    },
  };
}

function tooLong(result: AttemptResult, node: string, minutes: number): AttemptResult {
  const reason = `${node} took all the time of a job of ${minutes} minutes and was ended; split the stage, or give the jobs a longer timeout-minutes on runners that allow it`;
  const said = result.outcome.failure_reason;
  return { ...result, outcome: { ...result.outcome, failure_reason: said ? `${reason}: ${said}` : reason } };
}

/** Lost and not failed: it runs again, and costs no retry. */
function outOfTime(result: AttemptResult, node: string): AttemptResult {
  const reason = `the job's time was up before ${node} ended; it runs again in the next hop, with a whole job before it`;
  return { ...result, outcome: { status: "fail", failure_reason: reason }, evidence: { lost: true } };
}
