/**
 * The commit at a stage's end (R-CKPT-7): everything the stage left, deletions and failures too, on the run's own line
 * of history whatever the stage did with git. Status files are read by the engine and never committed (R-STAT-3).
 */
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { readHead } from "./head.ts";
import { isAncestor } from "./objects.ts";
import { type GitAnswer, GitError } from "./process.ts";
import type { Quick } from "./quick-commit.ts";
import { quickFor } from "./quickly.ts";
import type { Worktree } from "./tree-handle.ts";
import { asUser, workUser } from "./work-user.ts";
import { relink } from "./worktree.ts";

const STATUS_FILES = ["status.json", ".ai/status.json"];
const EVERYTHING = [".", ...STATUS_FILES.map((path) => `:(exclude,literal,top)${path}`)];

export interface StageCommit {
  readonly commit: string;
  /** What git could not take, in its words: an unreadable file, a repository inside the tree. */
  readonly left: readonly string[];
}

/** `parent` is the commit that the log names last for this tree; the new one always descends from it. */
export async function commitStage(tree: Worktree, message: string, parent: string): Promise<StageCommit> {
  await relink(tree);
  const text = oneLine(message);
  const head = await readHead(tree);
  const moved = head.branch !== tree.branch || head.commit !== parent;
  if (moved) await bringBack(tree, parent);
  const stamp = await indexStamp(tree);
  // On a runner where the index is would be a stage's word.
  const seen = workUser() === null && !moved && indexSeen.get(tree) === stamp;
  if (!seen) await unlocked(tree, ["reset", "--quiet", parent, "--", ...STATUS_FILES]);
  const quick = await quickFor(tree);
  // Before git looks: what is written from here on is seen the next time.
  const print = quick?.printOf(tree) ?? null;
  if (quick && seen && isUntouched(tree, print, quick)) {
    const commit = quick.commit(tree, parent, quick.treeOfCommit(tree, parent), text);
    if (commit !== null && print !== null) printSeen.set(tree, print);
    if (commit !== null) return { commit, left: [] };
  }
  const left = await addAll(tree);
  const same = seen && (await indexStamp(tree)) === stamp;
  const files = (same ? quick?.treeOfCommit(tree, parent) : quick?.treeOfStaged(tree)) ?? null;
  const commit = quick?.commit(tree, parent, files, text) ?? (await commitByGit(tree, text));
  if (workUser() === null) indexSeen.set(tree, await indexStamp(tree));
  if (print !== null && left.length === 0) printSeen.set(tree, print);
  else printSeen.delete(tree);
  return { commit, left };
}

/** The tree has just been made here and no stage has seen it: its index is as its commit. */
export async function seenAsMade(tree: Worktree): Promise<void> {
  if (workUser() === null) indexSeen.set(tree, await indexStamp(tree));
}

/** Keeps a commit that no branch has. */
export async function pointRef(tree: Worktree, ref: string, commit: string): Promise<void> {
  const quick = await quickFor(tree);
  if (!quick?.point(tree, ref, commit)) await tree.git(["update-ref", ref, commit]);
}

async function commitByGit(tree: Worktree, message: string): Promise<string> {
  const commit = ["commit", "--quiet", "--no-verify", "--allow-empty", "--cleanup=verbatim"];
  await unlocked(tree, [...commit, `--message=${message}`]);
  const made = await readHead(tree);
  if (made.commit !== null) return made.commit;
  throw new GitError(["commit"], null, `${tree.path} has no commit after committing`);
}

/** How the files stood when all of them were in a commit. */
const printSeen = new WeakMap<Worktree, string>();

/** Told by the last look that was kept, and before that by the index that was made with the tree. */
function isUntouched(tree: Worktree, print: string | null, quick: Quick): boolean {
  const before = printSeen.get(tree);
  return before === undefined ? quick.isAsIndexed(tree) : before === print;
}

/** Size and time of the index as we left it: while they stand, nobody staged anything of their own. */
const indexSeen = new WeakMap<Worktree, string>();

async function indexStamp(tree: Worktree): Promise<string> {
  const index = await stat(join(tree.gitDir, "index"), { bigint: true }).catch(() => null);
  return index ? `${index.ino} ${index.size} ${index.mtimeNs}` : "none";
}

/** The stage committed, changed branch or rewrote history: what it added to our line is kept, all else undone. The files stay. */
async function bringBack(tree: Worktree, parent: string): Promise<void> {
  if (tree.branch !== null) await unlocked(tree, ["symbolic-ref", "HEAD", tree.branch]);
  const { commit } = await readHead(tree);
  const follows = commit !== null && (await isAncestor(tree.git, parent, commit));
  const detach = tree.branch === null ? ["--no-deref"] : [];
  await unlocked(tree, ["update-ref", ...detach, "HEAD", follows ? commit : parent]);
}

async function addAll(tree: Worktree): Promise<string[]> {
  const add = ["-c", "advice.addEmbeddedRepo=false", "-c", "core.safecrlf=false", "add", "--all"];
  const whole = await unlocked(tree, [...add, "--", ...EVERYTHING], [1, 128]);
  if (whole.exitCode === 0) return complaints(whole.stderr);
  const rest = await unlocked(tree, [...add, "--ignore-errors", "--", ...EVERYTHING], [1]);
  return complaints(rest.stderr);
}

const complaints = (stderr: string): string[] =>
  stderr.split("\n").filter((line) => /^error: |adding embedded git repository/.test(line));

/** Nobody else works in this tree when it is committed: a lock that stands was left by a process that was killed. */
async function unlocked(
  tree: Worktree,
  args: readonly string[],
  accept: readonly number[] = [],
): Promise<GitAnswer> {
  const first = await tree.git(args, { accept: [1, 128] });
  if (first.exitCode !== 0 && /\.lock'?: File exists/.test(first.stderr)) {
    const locks = ["index.lock", "HEAD.lock"].map((name) => join(tree.gitDir, name));
    if (tree.branch !== null) locks.push(join(tree.commonDir, `${tree.branch}.lock`));
    if (workUser() === null) for (const lock of locks) await rm(lock, { force: true });
    else await asUser("rm", ["-f", "--", ...locks]);
    return await tree.git(args, { accept });
  }
  if (first.exitCode === 0 || accept.includes(first.exitCode)) return first;
  throw new GitError(args, first.exitCode, first.stderr);
}

/** One line that a log shows as it is. */
const oneLine = (message: string): string =>
  [...message.replace(/[\0-\x1f\x7f]+/g, " ").trim()].slice(0, 200).join("") || "stage";
