/** The jobs' half of the port. A job is a check run in its run's suite, and gets tokens while it runs. */

import { runtimeToken } from "../artifacts/runtime-token.ts";
import { issueToken } from "../auth/tokens.ts";
import { addCheck, checkChanged } from "../checks/change.ts";
import type { Job, Run } from "../state/records.ts";
import type { World } from "../state/world.ts";
import type { ActionsPort, JobRecord, Permissions } from "./port.ts";
import { newest } from "./record.ts";
import { holdForReview } from "./reviews.ts";
import { runById } from "./run-records.ts";
import { runPage } from "./run-shape.ts";
import { tellJob } from "./tell.ts";

type JobPort = Pick<
  ActionsPort,
  | "jobs"
  | "addJob"
  | "keepJob"
  | "awaitReview"
  | "startJob"
  | "setSteps"
  | "appendLog"
  | "addSummary"
  | "annotate"
  | "completeJob"
>;

const TOKEN_LIFE_MS = 24 * 60 * 60 * 1000;
const SUMMARY_LIMIT = 1024 * 1024;

const by = (job: Job) => ({ sender: newest(job.run).triggeringActor, byJobToken: false });

export function createJobPort(world: World): JobPort {
  const jobs = new Map<number, Job>();
  const find = (id: number): Job => {
    const job = jobs.get(id);
    if (job === undefined) throw new Error(`no job ${id} in this box`);
    return job;
  };
  const enter = (run: Run, job: Job): void => {
    const { jobs: known, number } = newest(run);
    if (known.some(({ key }) => key === job.key))
      throw new Error(`run ${run.id} attempt ${number} already has a job ${job.key}`);
    known.push(job);
    jobs.set(job.id, job);
    job.check.detailsUrl = `${runPage(world, run)}/job/${job.id}`;
  };

  return {
    jobs: (runId, attempt) => (runById(world, runId).attempts[attempt - 1]?.jobs ?? []).map(record),
    addJob(runId, { key, name, labels, permissions, status = "queued" }) {
      const run = runById(world, runId);
      const check = addCheck(world, run.suite, name);
      const now = world.clock.now();
      const job: Job = {
        id: check.id,
        run,
        attempt: newest(run).number,
        key,
        name,
        labels,
        permissions: run.cause.fromFork ? readOnly(permissions) : permissions,
        createdAt: now,
        check,
        tokens: [],
        summaries: new Map(),
        log: [],
        status,
        conclusion: null,
        startedAt: now,
        completedAt: null,
        runner: null,
        steps: [],
        outputs: {},
      };
      enter(run, job);
      checkChanged(world, check, by(job), "new");
      tellJob(world, status, job);
      return record(job);
    },
    keepJob(runId, previousJobId) {
      const run = runById(world, runId);
      const previous = find(previousJobId);
      if (previous.status !== "completed")
        throw new Error(`job ${previous.key} is ${previous.status} and cannot be kept`);
      const check = addCheck(world, run.suite, previous.name);
      Object.assign(check, {
        status: "completed",
        conclusion: previous.conclusion,
        completedAt: previous.completedAt,
      });
      const job: Job = { ...previous, id: check.id, attempt: newest(run).number, check, tokens: [] };
      enter(run, job);
      tellJob(world, "completed", job);
      return record(job);
    },
    awaitReview(jobId, environment, reviewed) {
      holdForReview(find(jobId), environment, reviewed);
    },
    startJob(jobId, { name }) {
      const job = find(jobId);
      demand(job, "queued", "waiting");
      job.status = "in_progress";
      job.startedAt = world.clock.now();
      job.runner = name;
      job.check.status = "in_progress";
      const { repository } = job.run;
      const githubToken = issueToken(
        world,
        { kind: "job", repository, permissions: job.permissions, jobId },
        TOKEN_LIFE_MS,
      );
      job.tokens.push(githubToken);
      tellJob(world, "in_progress", job);
      return { githubToken, runtimeToken: runtimeToken(world, job), resultsUrl: `${world.urls.origin}/` };
    },
    setSteps(jobId, steps) {
      find(jobId).steps = steps;
    },
    appendLog(jobId, text) {
      find(jobId).log.push(text);
    },
    addSummary(jobId, step, markdown) {
      const job = find(jobId);
      if (Buffer.byteLength(markdown) <= SUMMARY_LIMIT) {
        job.summaries.set(step, markdown);
        return;
      }
      // The whole upload is dropped; the job still passes.
      const message = `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${Math.ceil(Buffer.byteLength(markdown) / 1024)}k.`;
      job.check.annotations.push({
        path: ".github",
        start_line: 1,
        end_line: 1,
        annotation_level: "failure",
        message,
      });
    },
    annotate(jobId, annotations) {
      find(jobId).check.annotations.push(
        ...annotations.map(({ path, startLine, endLine, level, message, title }) => ({
          path,
          start_line: startLine,
          end_line: endLine,
          annotation_level: level,
          message,
          ...(title === undefined ? {} : { title }),
        })),
      );
    },
    completeJob(jobId, { conclusion, outputs = {}, tokensLiveOn = false }) {
      const job = find(jobId);
      demand(job, "queued", "waiting", "in_progress");
      const before = job.check.status;
      Object.assign(job, { status: "completed", conclusion, outputs, completedAt: world.clock.now() });
      Object.assign(job.check, { status: "completed", conclusion, completedAt: job.completedAt });
      if (!tokensLiveOn) for (const token of job.tokens) world.tokens.get(token)!.revoked = true;
      tellJob(world, "completed", job);
      checkChanged(world, job.check, by(job), before);
    },
  };
}

function demand(job: Job, ...allowed: readonly Job["status"][]): void {
  if (!allowed.includes(job.status))
    throw new Error(`job ${job.key} of run ${job.run.id} is ${job.status}, not ${allowed.join(" or ")}`);
}

const readOnly = (permissions: Permissions): Permissions =>
  Object.fromEntries(Object.keys(permissions).map((name) => [name, "read" as const]));

function record({ id, run, attempt, key, name, status, conclusion, outputs }: Job): JobRecord {
  return { id, runId: run.id, attempt, key, name, status, conclusion, outputs };
}
