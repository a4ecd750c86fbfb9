/** The commit of a stage's end without `git commit`: its tree is known, or the index says it (docs/decisions/171). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ENGINE_IDENTITY } from "./identity.ts";
import { treeOfIndex } from "./index-tree.ts";
import { treeOfLoose, writeLoose } from "./loose.ts";
import { logMove, moveLooseRef } from "./loose-refs.ts";
import { printOf } from "./tree-print.ts";
import type { Worktree } from "./worktree.ts";

/** What makes a repository one whose files only git should write: other ids, other ref stores, parts elsewhere, other rights. */
const UNUSUAL = /^\s*(?:objectformat|refstorage|partialclone|worktreeconfig|sharedrepository)\b/im;

export const isUsual = (tree: Worktree): boolean =>
  !UNUSUAL.test(readFileSync(join(tree.commonDir, "config"), "utf8"));

/** The tree of a commit that was made here. */
const trees = new WeakMap<Worktree, { readonly commit: string; readonly tree: string }>();

/** Of `commit`, which the tree stands at; null when only git can say. */
function treeOfCommit(tree: Worktree, commit: string): string | null {
  const last = trees.get(tree);
  return last?.commit === commit ? last.tree : treeOfLoose(tree.commonDir, commit);
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
  const by = `${ENGINE_IDENTITY.name} <${ENGINE_IDENTITY.email}> ${Math.floor(Date.now() / 1000)} +0000`;
  const text = `tree ${files}\nparent ${parent}\nauthor ${by}\ncommitter ${by}\n\n${message}\n`;
  const made = writeLoose(tree.commonDir, "commit", Buffer.from(text)).toString("hex");
  const moved =
    tree.branch === null
      ? moveLooseRef(tree.gitDir, "HEAD", parent, made)
      : moveLooseRef(tree.commonDir, tree.branch, parent, made);
  if (!moved) return null;
  const line = `${parent} ${made} ${by}\tcommit: ${message}\n`;
  logMove(tree.gitDir, "HEAD", line);
  if (tree.branch !== null) logMove(tree.commonDir, tree.branch, line);
  trees.set(tree, { commit: made, tree: files });
  return made;
}

/** A hidden ref, whatever it held before. False: git has to. */
const point = (tree: Worktree, ref: string, to: string): boolean =>
  moveLooseRef(tree.commonDir, ref, null, to);

export const quick = { printOf, treeOfCommit, treeOfStaged, commit, point };
export type Quick = typeof quick;
