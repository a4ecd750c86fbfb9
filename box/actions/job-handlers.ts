import { notFound, ok } from "../http/answer.ts";
import type { RepositoryHandler } from "../http/call.ts";
import { pageOf } from "../http/paging.ts";
import { jobShape } from "./job-shape.ts";
import { type Job, newest } from "./record.ts";
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

export const getJob: RepositoryHandler = (call) => {
  for (const run of call.repository.runs.values()) {
    for (const { jobs } of run.attempts) {
      const job = jobs.find(({ id }) => String(id) === call.params.job_id);
      if (job !== undefined) return ok(jobShape(call.world, job));
    }
  }
  throw notFound();
};

const answer = (call: Parameters<RepositoryHandler>[0], jobs: readonly Job[]) =>
  pageOf(call, jobs, (page) => ({
    total_count: jobs.length,
    jobs: page.map((job) => jobShape(call.world, job)),
  }));
