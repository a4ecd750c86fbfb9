/** What GitHub would bill: each job that had a runner, its time rounded up to whole minutes. */
import type { Attempt, Job, Run } from "../state/records.ts";

const MINUTE_MS = 60_000;

export interface BilledJob {
  readonly attempt: number;
  readonly key: string;
  readonly minutes: number;
}

/** Every job of a run that costs; skipped ones, and those that a re-run only keeps, do not. */
export const billedJobs = (run: Run): BilledJob[] =>
  run.attempts.flatMap((attempt) =>
    attempt.jobs
      .filter((job) => ranIn(attempt, job))
      .map((job) => ({
        attempt: attempt.number,
        key: job.key,
        minutes: Math.max(1, Math.ceil(((job.completedAt ?? job.startedAt) - job.startedAt) / MINUTE_MS)),
      })),
  );

const ranIn = (attempt: Attempt, job: Job): boolean =>
  job.runner !== null && job.startedAt >= attempt.startedAt;
