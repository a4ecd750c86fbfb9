/**
 * Files that git does not carry but the author declared (`.ai/**`), copied from one tree to another when a branch
 * begins (R-FAN-12). Only what was declared, only ordinary files, only so many: never ignored files at large.
 */
import { constants } from "node:fs";
import { copyFile, lstat, mkdir, realpath } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { WorkRepoError } from "./work-repo.ts";
import { give } from "./work-user.ts";
import type { Worktree } from "./worktree.ts";

const MAX_FILES = 2_000;
const MAX_BYTES = 32 * 1024 * 1024;

/** Status files belong to one attempt, and environment files to nobody but the user. */
const NEVER = /^(?:\.ai\/)?status\.json$|(?:^|\/)\.env(?:\.[^/]*)?$|(?:^|\/)\.git(?:\/|$)/i;

/** Patterns count from the top of the repository. Copies what matches and says which files; tracked files come with the commit and are not looked at. */
export async function carryUntracked(
  from: Worktree,
  to: Worktree,
  patterns: readonly string[],
): Promise<string[]> {
  const files = (await untracked(from, patterns)).filter((path) => !NEVER.test(path));
  if (files.length > MAX_FILES) throw tooMuch(`${files.length} files`, `${MAX_FILES} files`, patterns);
  const carried: string[] = [];
  let bytes = 0;
  for (const path of files) {
    const found = await lstat(join(from.path, path));
    if (!found.isFile()) continue;
    bytes += found.size;
    if (bytes > MAX_BYTES) throw tooMuch(`${bytes} bytes up to ${path}`, `${MAX_BYTES} bytes`, patterns);
    await copyInside(join(from.path, path), to.path, path);
    carried.push(path);
  }
  return carried;
}

async function untracked(tree: Worktree, patterns: readonly string[]): Promise<string[]> {
  const pathspec = patterns.map((pattern) => `:(glob,top)${pattern}`);
  if (pathspec.length === 0) return [];
  const { stdout } = await tree.git(["ls-files", "--others", "-z", "--", ...pathspec]);
  return stdout.toString().split("\0").filter(Boolean);
}

/** A folder of the target may be a link that a commit brought; a copy never follows one out of the tree. */
async function copyInside(source: string, root: string, path: string): Promise<void> {
  const target = join(root, path);
  const folder = dirname(target);
  const within = relative(await realpath(root), await realFolder(folder));
  if (within === ".." || within.startsWith(`..${sep}`))
    throw new WorkRepoError(
      `${path} would be written outside the branch's tree`,
      "remove the link that its folder is",
    );
  const made = await mkdir(folder, { recursive: true });
  if (made !== undefined) await giveDown(made, folder);
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  await give(target);
}

/** The folders that were made on the way to a file. */
async function giveDown(top: string, folder: string): Promise<void> {
  for (let at = folder; at.length >= top.length; at = dirname(at)) await give(at);
}

/** The real place of the deepest part that exists. */
async function realFolder(folder: string): Promise<string> {
  const real = await realpath(folder).catch(() => null);
  return real ?? (await realFolder(dirname(folder)));
}

const tooMuch = (found: string, limit: string, patterns: readonly string[]): WorkRepoError =>
  new WorkRepoError(
    `${patterns.join(", ")} match ${found} that git does not track; at most ${limit} travel with a branch`,
    "commit them, or declare fewer",
  );
