/** Reading a scene after the fact: runs, jobs, ledgers. */
import { execFileSync } from "node:child_process";
import { parseEvent, type RunEvent } from "../../engine/core/events.ts";
import type { Scene } from "./support.ts";

/** Waits until no workflow run is queued or in progress. */
export async function allRuns(s: Scene): Promise<{ id: number; conclusion: string | null; title: string }[]> {
  for (;;) {
    await s.box.idle();
    const runs = [...s.repository.runs.values()];
    if (runs.every((run) => run.attempts.at(-1)?.status === "completed")) {
      return runs.map((run) => ({
        id: run.id,
        conclusion: run.attempts.at(-1)?.conclusion ?? null,
        title: run.title,
      }));
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export const gitOf = (s: Scene, ...args: string[]): string =>
  execFileSync("git", ["--git-dir", s.repository.gitDir, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });

/** The runs that uses of the action in one job began, by their refs, or their artifacts where nothing may write. */
export function begunBy(s: Scene, id: number): string[] {
  const refs = gitOf(s, "for-each-ref", "--format=%(refname)", "refs/attractor").split("\n");
  const artifacts = [...s.repository.artifacts.values()].map(({ name }) => name);
  const found = [...refs, ...artifacts].flatMap(
    (name) => new RegExp(`(?:^attractor-|/)(r${id}-[0-9a-f]{8})(?:/trunk$|-h1-single)`).exec(name)?.[1] ?? [],
  );
  return [...new Set(found)].sort();
}

export function ledgerOf(s: Scene, run: string): RunEvent[] {
  const ref = `refs/attractor/${run}/trunk`;
  const paths = gitOf(s, "ls-tree", "-r", "--name-only", ref)
    .split("\n")
    .filter((path) => path.startsWith("progress/"));
  const lines = paths.flatMap((path) =>
    gitOf(s, "cat-file", "blob", `${ref}:${path}`).split("\n").filter(Boolean),
  );
  return lines.map((line) => parseEvent(JSON.parse(line))).sort((a, b) => a.seq - b.seq);
}

/** Every job with its log, for a test that fails. */
export const story = (s: Scene): string =>
  [...s.repository.runs.values()]
    .flatMap((run) => [
      `# run ${run.id} ${run.title} ${run.attempts.at(-1)?.conclusion} ${s.executor.problems(run.id).join("; ")}`,
      ...run.attempts.flatMap((attempt) =>
        attempt.jobs.map((job) => `## ${job.name}: ${job.conclusion}\n${job.log.join("")}`),
      ),
    ])
    .join("\n");
