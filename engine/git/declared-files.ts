/**
 * Files that git does not carry but the author declared (`.ai/**`), copied from one tree to another when a branch
 * begins (R-FAN-12). Only what was declared, only ordinary files, only so many: never ignored files at large.
 */
import { closeSync, lstatSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type HeldFolder, heldBelow } from "./held-folder.ts";
import { bytesOf, createHeld, openHeld } from "./plain-file.ts";
import type { Worktree } from "./tree-handle.ts";
import { WorkRepoError } from "./work-repo.ts";

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
    const found = contents(from.path, path, MAX_BYTES - bytes);
    if (found === null) continue;
    bytes += found.size;
    if (found.data === null) throw tooMuch(`${bytes} bytes up to ${path}`, `${MAX_BYTES} bytes`, patterns);
    put(to.path, path, found.data, found.mode);
    carried.push(path);
  }
  return carried;
}

async function untracked(tree: Worktree, patterns: readonly string[]): Promise<string[]> {
  const pathspec = patterns.map((pattern) => `:(glob,top)${pattern}`);
  // Git is asked only where something could be: most trees have none of it.
  if (patterns.every((pattern) => !mayMatch(tree.path, pattern))) return [];
  const { stdout } = await tree.git(["ls-files", "--others", "-z", "--", ...pathspec]);
  return stdout.toString().split("\0").filter(Boolean);
}

function mayMatch(root: string, pattern: string): boolean {
  const [first = ""] = pattern.split("/");
  return /[*?[\\]/.test(first) || lstatSync(join(root, first), { throwIfNoEntry: false }) !== undefined;
}

const foldersOf = (path: string): readonly string[] => path.split("/").slice(0, -1);
const nameOf = (path: string): string => path.split("/").at(-1) ?? "";

interface Content {
  readonly size: number;
  readonly mode: number;
  /** null when it is too large. */
  readonly data: Buffer | null;
}

/** null for what is no ordinary file. */
function contents(root: string, path: string, mostBytes: number): Content | null {
  let opened: ReturnType<typeof openHeld>;
  try {
    opened = heldBelow(root, foldersOf(path), (folder) => openHeld(folder.at(nameOf(path))));
  } catch {
    return null;
  }
  try {
    const { size, mode } = opened.stat;
    return { size, mode: mode & 0o777, data: size > mostBytes ? null : bytesOf(opened.fd, size) };
  } finally {
    closeSync(opened.fd);
  }
}

const IS_A_LINK = new Set(["ELOOP", "ENOTDIR"]);

/** A folder of the target may be a link that a commit brought; a copy never follows one out of the tree. */
function put(root: string, path: string, data: Buffer, mode: number): void {
  try {
    const replace = (folder: HeldFolder) => {
      rmSync(folder.at(nameOf(path)), { force: true });
      createHeld(folder.at(nameOf(path)), data, mode);
    };
    heldBelow(root, foldersOf(path), replace, true);
  } catch (error) {
    if (!IS_A_LINK.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
    throw new WorkRepoError(
      `${path} would be written outside the branch's tree`,
      "remove the link that its folder is",
    );
  }
}

const tooMuch = (found: string, limit: string, patterns: readonly string[]): WorkRepoError =>
  new WorkRepoError(
    `${patterns.join(", ")} match ${found} that git does not track; at most ${limit} travel with a branch`,
    "commit them, or declare fewer",
  );
