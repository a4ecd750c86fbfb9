/** What brings branch work together, without a process, where it lies in objects and refs of files of their own. */
import { existsSync, lstatSync, readFileSync, realpathSync, rmdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { looseCommit, writeLoose } from "./loose.ts";
import { moveLooseRef, readLooseRef } from "./loose-refs.ts";
import { commitText } from "./quick-text.ts";
import type { Worktree } from "./tree-handle.ts";

/** A branch of a run has few commits; what lies further back git finds sooner. */
const MOST_STEPS = 2_000;

/** Whether first parents lead from `commit` down to `onto`. False: git has to say. */
export function buildsOn(commonDir: string, onto: string, commit: string): boolean {
  let at: string | undefined = commit;
  for (let steps = 0; at !== undefined && steps < MOST_STEPS; steps++) {
    if (at === onto) return true;
    at = looseCommit(commonDir, at)?.parents[0];
  }
  return false;
}

/** As `keepReachable`. False: git has to. */
export function keep(commonDir: string, ref: string, commits: readonly string[], message: string): boolean {
  const before = readLooseRef(commonDir, ref);
  if (before === "packed") return false;
  const parents = [...new Set([...(before === null ? [] : [before]), ...commits])];
  // A commit above one that is not here would break the repository.
  if (parents.some((parent) => looseCommit(commonDir, parent) === null)) return false;
  const tree = writeLoose(commonDir, "tree", Buffer.alloc(0)).toString("hex");
  const made = writeLoose(commonDir, "commit", commitText({ tree, parents, message })).toString("hex");
  return moveLooseRef(commonDir, ref, before, made);
}

/** Takes a removed tree off the repository's list. False: git has to. */
export function unregister({
  gitDir,
  commonDir,
  path,
}: Pick<Worktree, "gitDir" | "commonDir" | "path">): boolean {
  const list = join(realpathSync(commonDir), "worktrees");
  if (dirname(gitDir) !== list) return false;
  try {
    const link = join(realpathSync(dirname(path)), basename(path), ".git");
    if (!lstatSync(gitDir).isDirectory() || existsSync(join(gitDir, "locked"))) return false;
    if (readFileSync(join(gitDir, "gitdir"), "utf8").trim() !== link) return false;
    rmSync(gitDir, { recursive: true });
  } catch {
    return false;
  }
  try {
    rmdirSync(list);
  } catch {
    // Others are on it.
  }
  return true;
}
