/** Runs workflow files for the box: GitHub's parser and expressions, jobs as processes in clean folders. */
import { chmodSync } from "node:fs";
import type { ActionsPort, Executor } from "../actions/port.ts";
import type { Image } from "./job/container.ts";
import type { RunnerUser } from "./job/folders.ts";
import { createOidc } from "./oidc.ts";
import type { ActionsRegistry } from "./places.ts";
import { type Attempt, startAttempt } from "./run/attempt.ts";
import { createConcurrencyGroups } from "./run/concurrency.ts";
import type { ExecutorFaults } from "./run/model.ts";
import { createRunners } from "./run/runners.ts";

export interface ExecutorOptions {
  /** Repositories outside the box that `uses:` may name. */
  readonly registry: ActionsRegistry;
  /** How many jobs run at a time; the rest waits in a queue. */
  readonly runners: number;
  /** Labels that `runs-on` may ask for; a job with another one waits until GitHub's 24 hours are over. */
  readonly labels: readonly string[];
  /** An empty folder for the jobs' machines. */
  readonly workRoot: string;
  /** Images that `container:` may name; there is no Docker in the box (see `job/container.ts`). */
  readonly images?: ReadonlyMap<string, Image>;
  /** Who the steps run as, like `runner` of a hosted runner; whoever runs the box unless told, which only root may. */
  readonly user?: RunnerUser;
  /** PATH of the machines. */
  readonly hostPath: string;
}

export interface WorkflowExecutor extends Executor {
  /** A fault: the machine dies, or works on without being heard. False when that job does not run. */
  loseRunner(jobId: number, how: "dead" | "unreachable"): boolean;
  /** Why the newest attempt of a run did not start, or what in it could not be evaluated. */
  problems(runId: number): readonly string[];
  readonly faults: ExecutorFaults;
}

export function createExecutor(actions: ActionsPort, options: ExecutorOptions): WorkflowExecutor {
  // The user must come through to the folders below.
  if (options.user !== undefined) chmodSync(options.workRoot, 0o755);
  const faults: ExecutorFaults = { cancelledSaysFalse: false, queueMs: 0 };
  const newest = new Map<number, Attempt>();
  /** Earlier attempts too: a runner that was given up may still work. */
  const all: Attempt[] = [];
  const shared = {
    registry: options.registry,
    runners: createRunners(options.runners, new Set(options.labels.map((label) => label.toLowerCase()))),
    groups: createConcurrencyGroups(),
    oidc: createOidc(actions),
    faults,
    images: options.images ?? new Map(),
    user: options.user,
    workRoot: options.workRoot,
    hostPath: options.hostPath,
  };
  return {
    queued(run) {
      const attempt = startAttempt(actions, run, shared);
      newest.set(run.id, attempt);
      all.push(attempt);
    },
    cancel: (runId, how) => newest.get(runId)?.cancel(how),
    loseRunner: (jobId, how) => all.some((attempt) => attempt.loseRunner(jobId, how)),
    faults,
    problems: (runId) => newest.get(runId)?.problems ?? [],
    async close() {
      await Promise.all(all.map((attempt) => attempt.close()));
    },
  };
}
