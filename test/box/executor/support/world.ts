/** A repository with workflow files, an executor, and runs of them. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Access, RepositoryRef, RunAttempt } from "../../../../box/actions/port.ts";
import { type ActionsSettings, SETTINGS } from "../../../../box/actions/settings.ts";
import { type ClockOptions, createClock } from "../../../../box/clock.ts";
import {
  createExecutor,
  type ExecutorOptions,
  type WorkflowExecutor,
} from "../../../../box/executor/executor.ts";
import type { Policy } from "../../../../box/policy.ts";
import { createRecords, type RecordedJob, type RecordedRun, type Records } from "./records.ts";

export type Files = Readonly<Record<string, string>>;

export interface RunOptions {
  readonly path?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly fromFork?: boolean;
}

export interface WorldOptions {
  readonly clock?: ClockOptions;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly policy?: Access;
  readonly settings?: Partial<ActionsSettings>;
  readonly environments?: RepositoryRef["environments"];
  readonly boxPolicy?: Partial<Policy>;
  readonly executor?: Partial<ExecutorOptions>;
}

export interface World extends AsyncDisposable {
  readonly records: Records;
  readonly executor: WorkflowExecutor;
  readonly folder: string;
  /** Puts files into a repository, one commit each time. */
  commit(fullName: string, files: Files): string;
  queue(options?: RunOptions): number;
  /** Same run, next attempt. */
  rerun(runId: number, which: "all" | "failed"): void;
  ended(runId: number): Promise<RecordedRun>;
  job(runId: number, key: string): RecordedJob;
  /** Waits until a job has written `text` to its log. */
  logged(runId: number, key: string, text: string): Promise<RecordedJob>;
}

const OWN = "acme/app";
export const MAIN = ".github/workflows/main.yml";

const git = (args: readonly string[], input = ""): string =>
  execFileSync("git", args, { encoding: "utf8", input, stdio: ["pipe", "pipe", "pipe"] }).trim();

/** One commit of these files on top of what is there. */
function importStream(gitDir: string, files: Files): string {
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const from = existsSync(join(gitDir, "refs/heads/main")) ? "from refs/heads/main^0\n" : "";
  const changes = Object.entries(files).map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`);
  return `commit refs/heads/main\ncommitter box <box@example.com> 1700000000 +0000\n${data("files")}${from}${changes.join("")}\n`;
}

export async function createWorld(files: Files, options: WorldOptions = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "box-executor-"));
  const records = await createRecords(createClock(options.clock), options.boxPolicy);
  const executor = createExecutor(records, {
    registry: new Map(),
    runners: 4,
    labels: ["ubuntu-latest"],
    workRoot: join(folder, "machines"),
    hostPath: process.env.PATH ?? "",
    ...options.executor,
  });
  let lastRun = 0;

  const commit = (fullName: string, content: Files): string => {
    const gitDir = join(folder, "git", `${fullName}.git`);
    if (!records.repositories.has(fullName)) {
      git(["init", "-q", "--bare", "--template=", "-b", "main", gitDir]);
      records.repositories.set(fullName, repositoryOf(fullName, gitDir, options));
    }
    git(["--git-dir", gitDir, "fast-import", "--quiet"], importStream(gitDir, content));
    return git(["--git-dir", gitDir, "rev-parse", "main"]);
  };
  let sha = commit(OWN, files);

  const runOf = (id: number) => records.runs.get(id) as RecordedRun;
  const newest = (id: number, key: string): RecordedJob | undefined =>
    runOf(id).jobs.findLast((job) => job.key === key && job.attempt === runOf(id).attempt.attempt);
  const start = (attempt: RunAttempt) => {
    const known = records.runs.get(attempt.id);
    records.runs.set(attempt.id, {
      attempt,
      status: "queued",
      conclusion: null,
      title: undefined,
      jobs: known?.jobs ?? [],
    });
    executor.queued(attempt);
  };

  return {
    records,
    executor,
    folder,
    commit(fullName, content) {
      const made = commit(fullName, content);
      if (fullName === OWN) sha = made;
      return made;
    },
    queue({ path = MAIN, inputs = {}, fromFork = false } = {}) {
      const repository = records.repositories.get(OWN) as RepositoryRef;
      start(attemptOf(++lastRun, repository, sha, path, inputs, fromFork));
      return lastRun;
    },
    rerun(runId, which) {
      const { attempt } = runOf(runId);
      start({ ...attempt, attempt: attempt.attempt + 1, rerun: which });
    },
    ended: (runId) => records.until(() => runOf(runId).status === "completed" && runOf(runId)),
    job: (runId, key) => {
      const found = newest(runId, key);
      if (found === undefined)
        throw new Error(`no job ${key} among ${runOf(runId).jobs.map((job) => job.key)}`);
      return found;
    },
    logged: (runId, key, text) =>
      records.until(() => {
        const job = newest(runId, key);
        return job?.log.includes(text) === true && job;
      }),
    async [Symbol.asyncDispose]() {
      await executor.close();
      await records.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function repositoryOf(fullName: string, gitDir: string, options: WorldOptions): RepositoryRef {
  const [owner = "", name = ""] = fullName.split("/");
  return {
    id: 1000,
    owner,
    ownerId: 10,
    name,
    fullName,
    private: false,
    defaultBranch: "main",
    gitDir,
    secrets: new Map(Object.entries(options.secrets ?? {})),
    variables: new Map(Object.entries(options.variables ?? {})),
    defaultWorkflowPermissions: options.policy ?? "read",
    actionsSettings: { ...SETTINGS, ...options.settings },
    environments: options.environments ?? new Map(),
  };
}

function attemptOf(
  id: number,
  repository: RepositoryRef,
  sha: string,
  path: string,
  inputs: Readonly<Record<string, string>>,
  fromFork: boolean,
): RunAttempt {
  const actor = { id: 7, login: "octo" };
  return {
    id,
    number: id,
    attempt: 1,
    repository,
    workflow: { id: 1, name: "main", path, sha, ref: "refs/heads/main" },
    event: { name: "workflow_dispatch", payload: { inputs, ref: "refs/heads/main" } },
    inputs,
    ref: "refs/heads/main",
    refName: "main",
    refType: "branch",
    headRef: "",
    baseRef: "",
    headSha: sha,
    sha,
    actor,
    triggeringActor: actor,
    fromFork,
    rerun: "no",
  };
}

/** A world with one workflow, run once to its end. */
export async function runOnce(
  workflow: string,
  options: WorldOptions & RunOptions & { readonly files?: Files } = {},
): Promise<World & { readonly run: RecordedRun; readonly id: number }> {
  const world = await createWorld({ [MAIN]: workflow, ...options.files }, options);
  const id = world.queue(options);
  const run = await world.ended(id);
  return Object.assign(world, { run, id });
}
