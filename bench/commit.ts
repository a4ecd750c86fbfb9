/**
 * What does the commit at a stage's end cost? Beside bare `git add` and `git commit` in a tree of the same repository:
 * `node bench/commit.ts`. The two take turns, the median of each counts.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { commitStage } from "../engine/git/commit-stage.ts";
import { openWorkRepo } from "../engine/git/work-repo.ts";
import { createRunWorktree } from "../engine/git/worktree.ts";

const BOUND = 1.25;
const ROUNDS = 60;
const run = promisify(execFile);
const IDENTITY = ["-c", "user.name=bench", "-c", "user.email=bench@example.com"];

async function repository(folder: string, files: number): Promise<void> {
  for (let n = 0; n < files; n++) {
    await mkdir(join(folder, `d${n % 20}`), { recursive: true });
    await writeFile(join(folder, `d${n % 20}`, `f${n}`), `${"x".repeat(500)}${n}`);
  }
  await run("git", ["init", "--quiet", "."], { cwd: folder });
  await bareCommit(folder);
}

async function bareCommit(folder: string): Promise<void> {
  await run("git", ["add", "--all"], { cwd: folder });
  await run("git", [...IDENTITY, "commit", "--quiet", "--allow-empty", "-m", "stage"], { cwd: folder });
}

async function timed(times: number[], work: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  await work();
  times.push(performance.now() - start);
}

const median = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;

for (const files of [500, 5_000]) {
  const root = await mkdtemp(join(tmpdir(), "bench-commit-"));
  const user = join(root, "repo");
  await mkdir(user);
  await repository(user, files);
  const repo = await openWorkRepo(user);
  const ours = await createRunWorktree(repo, join(root, "ours"), "attractor/run/bench");
  const bare = join(root, "bare");
  await run("git", ["worktree", "add", "--quiet", "-b", "bare", bare], { cwd: user });
  const times = { bare: [] as number[], ours: [] as number[] };
  let parent = repo.head;
  for (let round = 0; round < ROUNDS; round++) {
    for (const tree of [bare, ours.path]) await writeFile(join(tree, "d0", "f0"), `${round}`);
    await timed(times.bare, () => bareCommit(bare));
    await timed(times.ours, async () => {
      parent = (await commitStage(ours, "stage", parent)).commit;
    });
  }
  await rm(root, { recursive: true });
  const ratio = median(times.ours) / median(times.bare);
  const verdict = ratio <= BOUND ? "holds" : "DOES NOT HOLD";
  console.log(
    `${files} files: bare ${median(times.bare).toFixed(1)} ms, ours ${median(times.ours).toFixed(1)} ms, ` +
      `ratio ${ratio.toFixed(2)}, bound ${BOUND} ${verdict}`,
  );
  if (ratio > BOUND) process.exitCode = 1;
}
