/** The records' side of the port in memory: states move only as GitHub's do, and a test can read and await all of it. */
import { EventEmitter, once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type {
  ActionsPort,
  Conclusion,
  JobAnnotation,
  JobRecord,
  NewJob,
  RepositoryRef,
  RunAttempt,
  StepRecord,
} from "../../../../box/actions/port.ts";
import { type Clock, createClock } from "../../../../box/clock.ts";
import { POLICY, type Policy } from "../../../../box/policy.ts";

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

export interface RecordedJob extends Writable<JobRecord> {
  readonly labels: readonly string[];
  readonly permissions: NewJob["permissions"];
  readonly kept: boolean;
  steps: readonly StepRecord[];
  log: string;
  readonly summaries: Map<number, string>;
  readonly annotations: JobAnnotation[];
}

export interface RecordedRun {
  attempt: RunAttempt;
  status: "queued" | "pending" | "in_progress" | "completed";
  conclusion: Conclusion | null;
  title: string | undefined;
  readonly jobs: RecordedJob[];
}

export interface Records extends ActionsPort {
  readonly changed: EventEmitter;
  readonly runs: Map<number, RecordedRun>;
  readonly repositories: Map<string, RepositoryRef>;
  /** Who waits for a reviewer, by run and environment. */
  readonly reviews: Map<string, (state: "approved" | "rejected") => void>;
  /** Resolves as soon as `done` holds, looked at after every change. */
  until<T>(done: () => T | undefined | false): Promise<T>;
  close(): Promise<void>;
}

export async function createRecords(
  clock: Clock = createClock(),
  policy: Partial<Policy> = {},
): Promise<Records> {
  const changed = new EventEmitter().setMaxListeners(0);
  const runs = new Map<number, RecordedRun>();
  const repositories = new Map<string, RepositoryRef>();
  const reviews: Records["reviews"] = new Map();
  const mounts = new Map<string, (request: IncomingMessage, response: ServerResponse) => void>();
  const server = createServer((request, response) => {
    const handler = [...mounts].find(([prefix]) => request.url?.startsWith(prefix))?.[1];
    if (handler === undefined) response.writeHead(404).end();
    else handler(request, response);
  });
  const origin = await listen(server);
  let lastId = 0;

  const runOf = (id: number): RecordedRun => runs.get(id) ?? fail(`no run ${id}`);
  const jobOf = (id: number): RecordedJob =>
    [...runs.values()].flatMap(({ jobs }) => jobs).find((job) => job.id === id) ?? fail(`no job ${id}`);
  const enter = (run: RecordedRun, job: RecordedJob): JobRecord => {
    const twin = run.jobs.some(({ key, attempt }) => key === job.key && attempt === job.attempt);
    if (twin) fail(`job ${job.key} is there already`);
    run.jobs.push(job);
    changed.emit("change");
    return job;
  };
  const fresh = (run: RecordedRun, key: string, name: string) => ({
    id: ++lastId,
    runId: run.attempt.id,
    attempt: run.attempt.attempt,
    key,
    name,
    steps: [],
    log: "",
    summaries: new Map<number, string>(),
    annotations: [],
  });

  return {
    clock,
    policy: { ...POLICY, ...policy },
    changed,
    runs,
    repositories,
    urls: { api: origin, server: origin, results: origin },
    repository: (fullName) => repositories.get(fullName.toLowerCase()),
    run: (id) => runOf(id).attempt,
    jobs: (id, attempt) => runOf(id).jobs.filter((job) => job.attempt === attempt),
    setTitle(id, title) {
      runOf(id).title = title;
    },
    holdRun(id) {
      runOf(id).status = "pending";
      changed.emit("change");
    },
    startRun(id) {
      runOf(id).status = "in_progress";
      changed.emit("change");
    },
    completeRun(id, conclusion) {
      const run = runOf(id);
      const open = run.jobs.filter(({ status }) => status !== "completed").map(({ key }) => key);
      if (open.length > 0) fail(`run ${id} has open jobs: ${open}`);
      if (run.status === "completed") fail(`run ${id} is completed already`);
      Object.assign(run, { status: "completed", conclusion });
      changed.emit("change");
    },
    addJob(id, { key, name, labels, permissions, status = "queued" }) {
      const run = runOf(id);
      return enter(run, {
        ...fresh(run, key, name),
        labels,
        permissions,
        kept: false,
        status,
        conclusion: null,
        outputs: {},
      });
    },
    keepJob(id, previousJobId) {
      const run = runOf(id);
      const { key, name, ...before } = jobOf(previousJobId);
      return enter(run, { ...before, ...fresh(run, key, name), kept: true });
    },
    awaitReview(id, environment, reviewed) {
      reviews.set(`${runOf(jobOf(id).runId).attempt.id} ${environment}`, reviewed);
      changed.emit("change");
    },
    reviews,
    startJob(id) {
      const job = jobOf(id);
      if (job.status === "completed" || job.status === "in_progress") fail(`job ${job.key} is ${job.status}`);
      job.status = "in_progress";
      changed.emit("change");
      return {
        githubToken: `ghs_job${id}token`,
        runtimeToken: `runtime.job${id}.token`,
        resultsUrl: `${origin}/`,
      };
    },
    setSteps(id, steps) {
      jobOf(id).steps = steps;
      changed.emit("change");
    },
    appendLog(id, text) {
      jobOf(id).log += text;
      changed.emit("change");
    },
    addSummary(id, step, markdown) {
      jobOf(id).summaries.set(step, markdown);
    },
    annotate(id, annotations) {
      jobOf(id).annotations.push(...annotations);
    },
    completeJob(id, { conclusion, outputs = {} }) {
      const job = jobOf(id);
      if (job.status === "completed") fail(`job ${job.key} is completed already`);
      Object.assign(job, { status: "completed", conclusion, outputs });
      changed.emit("change");
    },
    mount(prefix, handler) {
      mounts.set(prefix, handler);
      return `${origin}${prefix}`;
    },
    async until(done) {
      for (;;) {
        const found = done();
        if (found !== undefined && found !== false) return found;
        await once(changed, "change");
      }
    },
    async close() {
      clock.close();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function fail(message: string): never {
  throw new Error(message);
}

async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
