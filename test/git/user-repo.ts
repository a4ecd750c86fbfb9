/** A user's repository with a checkout in use, and a run folder beside it. */
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worktree } from "../../engine/git/tree-handle.ts";
import { openWorkRepo, type WorkRepo } from "../../engine/git/work-repo.ts";
import { createRunWorktree } from "../../engine/git/worktree.ts";
import { putFiles } from "../put-files.ts";
import { git } from "./git-world.ts";

export interface UserRepo {
  readonly root: string;
  /** The user's checkout. */
  readonly dir: string;
  readonly runFolder: string;
  git(...args: string[]): Promise<string>;
  /** What of the checkout a run may not change: files, index, branch, status. */
  state(): Promise<unknown>;
  close(): Promise<void>;
}

export const put = async (...given: Parameters<typeof putFiles>): Promise<void> => putFiles(...given);

export async function userRepo(
  files: Readonly<Record<string, string>> = { "a.txt": "a\n" },
): Promise<UserRepo> {
  const root = await mkdtemp(join(tmpdir(), "user-repo-"));
  const dir = join(root, "repo");
  const runFolder = join(root, "run");
  await mkdir(runFolder, { recursive: true });
  await put(dir, files);
  const run = (...args: string[]): Promise<string> => git(dir, ...args);
  await run("init", "--quiet", ".");
  await run("add", "--all");
  await run("commit", "--quiet", "-m", "base");
  return {
    ...{ root, dir, runFolder, git: run },
    state: async () => ({
      branch: await run("symbolic-ref", "HEAD"),
      head: await run("rev-parse", "HEAD"),
      index: (await readFile(join(dir, ".git", "index"))).toString("base64"),
      status: await run("--no-optional-locks", "status", "--porcelain", "--ignored"),
      config: await readFile(join(dir, ".git", "config"), "utf8"),
      stash: await run("stash", "list"),
    }),
    close: () => rm(root, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** The run's own tree on `attractor/run/r1`. */
export async function runTree(user: UserRepo): Promise<{ repo: WorkRepo; tree: Worktree }> {
  const repo = await openWorkRepo(user.dir);
  const tree = await createRunWorktree(repo, join(user.runFolder, "worktree"), "attractor/run/r1");
  return { repo, tree };
}
