import { signedUrl } from "../artifacts/signed-url.ts";
import { notFound, ok } from "../http/answer.ts";
import type { RepositoryCall, RepositoryHandler } from "../http/call.ts";
import { pageOf } from "../http/paging.ts";
import type { Job } from "../state/records.ts";
import { jobShape } from "./job-shape.ts";
import { jobsOf, newest } from "./record.ts";
import { runOf } from "./run-handlers.ts";

export const listJobs: RepositoryHandler = (call) => {
  const run = runOf(call);
  const jobs = call.query.filter === "all" ? run.attempts.flatMap((one) => one.jobs) : newest(run).jobs;
  return answer(call, jobs);
};

export const listAttemptJobs: RepositoryHandler = (call) => {
  const attempt = runOf(call).attempts[Number(call.params.attempt_number) - 1];
  if (attempt === undefined) throw notFound();
  return answer(call, attempt.jobs);
};

export const getJob: RepositoryHandler = (call) => ok(jobShape(call.world, jobOf(call)));

const LINK_LIFE_MS = 60 * 1000;

/** A link of one minute; there is none before the job is over. */
export const downloadJobLog: RepositoryHandler = (call) => {
  const { id, status } = jobOf(call);
  if (status !== "completed") throw notFound();
  return { status: 302, headers: { location: signedUrl(call.world, "log", id, LINK_LIFE_MS) } };
};

function jobOf({ repository, params }: RepositoryCall): Job {
  const job = jobsOf(repository).find(({ id }) => String(id) === params.job_id);
  if (job === undefined) throw notFound();
  return job;
}

const answer = (call: Parameters<RepositoryHandler>[0], jobs: readonly Job[]) =>
  pageOf(call, jobs, (page) => ({
    total_count: jobs.length,
    jobs: page.map((job) => jobShape(call.world, job)),
  }));
