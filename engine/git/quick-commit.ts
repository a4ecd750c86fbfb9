/** The commit of a stage's end without `git commit`: its tree is known, or the index says it (docs/decisions/171). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isAsIndexed } from "./index-look.ts";
import { treeOfIndex } from "./index-tree.ts";
import { looseCommit, writeLoose } from "./loose.ts";
import { dropLooseRefs, logMove, moveLooseRef, refNames } from "./loose-refs.ts";
import { buildsOn, keep, unregister } from "./quick-join.ts";
import { byEngine, commitText } from "./quick-text.ts";
import type { Worktree } from "./tree-handle.ts";
import { printOf } from "./tree-print.ts";

/** What makes a repository one whose files only git should write: other ids, other ref stores, parts elsewhere, other rights. */
const UNUSUAL = /^\s*(?:objectformat|refstorage|partialclone|worktreeconfig|sharedrepository)\b/im;

export const isUsual = (tree: Pick<Worktree, "commonDir">): boolean =>
  !UNUSUAL.test(readFileSync(join(tree.commonDir, "config"), "utf8"));

/** The tree of a commit that was made here. */
const trees = new WeakMap<Worktree, { readonly commit: string; readonly tree: string }>();

/** Of `commit`, which the tree stands at; null when only git can say. */
function treeOfCommit(tree: Worktree, commit: string): string | null {
  const last = trees.get(tree);
  return last?.commit === commit ? last.tree : (looseCommit(tree.commonDir, commit)?.tree ?? null);
}

function treeOfStaged(tree: Worktree): string | null {
  try {
    return treeOfIndex(tree.gitDir, tree.commonDir);
  } catch {
    return null;
  }
}

/** Null when the ref is not where it was seen, or locked: then nothing has moved. */
function commit(tree: Worktree, parent: string, files: string | null, message: string): string | null {
  if (files === null) return null;
  const by = byEngine();
  const text = commitText({ tree: files, parents: [parent], message }, by);
  const made = writeLoose(tree.commonDir, "commit", text).toString("hex");
  return move(tree, { from: parent, to: made, by, why: `commit: ${message}` }, files) ? made : null;
}

interface Move {
  readonly from: string;
  readonly to: string;
  readonly by: string;
  readonly why: string;
}

function move(tree: Worktree, { from, to, by, why }: Move, files: string): boolean {
  const moved =
    tree.branch === null
      ? moveLooseRef(tree.gitDir, "HEAD", from, to)
      : moveLooseRef(tree.commonDir, tree.branch, from, to);
  if (!moved) return false;
  const line = `${from} ${to} ${by}\t${why}\n`;
  logMove(tree.gitDir, "HEAD", line);
  if (tree.branch !== null) logMove(tree.commonDir, tree.branch, line);
  trees.set(tree, { commit: to, tree: files });
  return true;
}

/** Forward to a commit whose files are those that the tree stands at: nothing in it changes. False: git has to. */
function forward(tree: Worktree, from: string, to: string): boolean {
  const files = treeOfCommit(tree, from);
  if (files === null || looseCommit(tree.commonDir, to)?.tree !== files) return false;
  return move(tree, { from, to, by: byEngine(), why: `merge ${to}: Fast-forward` }, files);
}

/** A hidden ref, whatever it held before. False: git has to. */
const point = (tree: Worktree, ref: string, to: string): boolean =>
  moveLooseRef(tree.commonDir, ref, null, to);

export const quick = {
  ...{ printOf, isAsIndexed, treeOfCommit, treeOfStaged, commit, point },
  ...{ forward, buildsOn, keep, drop: dropLooseRefs, unregister, refNames },
};
export type Quick = typeof quick;
