/** Moments in a scene that a test waits for: a stage that holds still, a job that runs, the sweep that comes after. */

import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Job } from "../../box/state/records.ts";
import { machineClock } from "../../engine/clock.ts";
import { serveRepository } from "../../github/repository.ts";
import { allRuns } from "./inspect.ts";
import type { Scene } from "./support.ts";

export interface Holds {
  /** A command that waits the first time it runs for `node`, until it is ended; later it goes through. */
  command(node: string): string;
  /** Until that command has begun for the first time. */
  reached(node: string): Promise<void>;
}

export async function holds(): Promise<Holds> {
  const folder = await mkdtemp(join(tmpdir(), "attractor-holds-"));
  // Stages are another user.
  await chmod(folder, 0o777);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return {
    command: (node) => `mkdir ${folder}/${node} 2>/dev/null && exec sleep 300; echo ${node} > ${node}.txt`,
    reached: (node) => until(() => existsSync(join(folder, node))),
  };
}

export async function until(holdsNow: () => boolean): Promise<void> {
  while (!holdsNow()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** The newest job of that name, once it runs on a runner. */
export async function runningJob(s: Scene, run: number, name: RegExp): Promise<Job> {
  let found: Job | undefined;
  await until(() => {
    found = s.repository.runs
      .get(run)
      ?.attempts.at(-1)
      ?.jobs.find((job) => name.test(job.name) && job.status === "in_progress");
    return found !== undefined;
  });
  return found as Job;
}

/** GitHub gives a runner up after ten minutes without a word. */
export async function loseRunner(s: Scene, job: Job): Promise<void> {
  s.executor.loseRunner(job.id, "dead");
  s.box.clock.advance(11 * 60_000);
}

/** What the coordinator's workflow does on its schedule, until nothing moves. */
export async function sweepUntilOver(s: Scene, run: string): Promise<void> {
  const served = serveRepository({
    github: {
      owner: s.at.owner,
      repo: s.at.repo,
      request: (route, parameters = {}) => s.me.request(route, { ...s.at, ...parameters }),
    },
    clock: machineClock,
    redact: (text) => text,
    pageUrl: null,
    serverUrl: s.box.url,
    coordinator: "workflow",
  });
  for (;;) {
    const before = (await allRuns(s)).length;
    const found = await served.coordinate(run);
    if (found.status === "ended" && (await allRuns(s)).length === before) return;
    if (found.status === "waiting") return;
  }
}

export const artifactsOf = (s: Scene): string[] =>
  [...s.repository.artifacts.values()].map((artifact) => artifact.name).sort();
