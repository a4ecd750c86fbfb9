/** Trees for stages to work in, beside the user's checkout: the run's own on its branch, one detached per fan-out branch. */
import { lstat, realpath, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { blockingRef } from "./names.ts";
import { readPlainFile, writeNewFile } from "./plain-file.ts";
import { quickFor } from "./quickly.ts";
import { MAKING, type Worktree } from "./tree-handle.ts";
import { type WorkRepo, WorkRepoError, workGit } from "./work-repo.ts";
import { asUser, giveFolder, workUser } from "./work-user.ts";

/** A new branch and its tree. `branch` without `refs/heads/`, as `runBranch` names it. */
export async function createRunWorktree(repo: WorkRepo, path: string, branch: string): Promise<Worktree> {
  const existing = await branchesOf(repo);
  const ref = `refs/heads/${branch}`;
  if (existing.includes(ref))
    throw new WorkRepoError(
      `branch ${branch} exists already`,
      "resume that run, or start with another run id",
    );
  const blocking = blockingRef(ref, existing);
  if (blocking)
    throw new WorkRepoError(
      `branch ${blocking.slice("refs/heads/".length)} keeps git from creating ${branch}`,
      "set git.run_branch_prefix to a name that no branch has, or rename that branch",
    );
  await repo.git(["branch", "--no-track", branch, repo.head]);
  const quick = await registered(repo, path, ref, `ref: ${ref}`);
  if (quick !== null) return quick;
  await giveFolder(path);
  await repo.worktrees(["worktree", "add", "--quiet", path, branch]);
  return await worktreeAt(path, ref);
}

async function branchesOf(repo: WorkRepo): Promise<string[]> {
  const quick = await quickFor(repo);
  if (quick !== null) return quick.refNames(repo.commonDir, "refs/heads");
  const { stdout } = await repo.git(["for-each-ref", "--format=%(refname)", "refs/heads"]);
  return stdout.toString().split("\n").filter(Boolean);
}

/** A tree at a commit, on no branch: fan-out branches need none, their commits are kept by `workRef`. */
export async function addBranchWorktree(repo: WorkRepo, path: string, commit: string): Promise<Worktree> {
  const quick = await registered(repo, path, null, commit);
  if (quick !== null) return quick;
  await giveFolder(path);
  await repo.worktrees(["worktree", "add", "--quiet", "--detach", path, commit]);
  return await worktreeAt(path, null);
}

/** With one process in place of four, and beside its neighbours. Null: git has to, as always where trees are another user's. */
async function registered(
  repo: WorkRepo,
  path: string,
  branch: string | null,
  head: string,
): Promise<Worktree | null> {
  if (workUser() !== null) return null;
  const { registerWorktree } = await import("./quick-worktree.ts");
  const made = registerWorktree(repo.commonDir, path, head);
  if (made === null) return null;
  try {
    const tree = await worktreeOf(path, { ...made, commonDir: repo.commonDir, branch });
    await tree.git(["reset", "--quiet", "--hard", "--no-recurse-submodules"]);
    made.whole();
    return tree;
  } catch (error) {
    made.undo();
    throw error;
  }
}

/** The tree as it stands when a run is resumed; made again at `commit` when it is gone or no longer of this repository. */
export async function reopenWorktree(
  repo: WorkRepo,
  path: string,
  branch: string | null,
  commit: string,
): Promise<Worktree> {
  const ref = branch === null ? null : `refs/heads/${branch}`;
  if (await isOurs(repo, path)) return await worktreeAt(path, ref);
  await emptied(path);
  await repo.worktrees(["worktree", "prune"]);
  if (branch === null) return await addBranchWorktree(repo, path, commit);
  await giveFolder(path);
  await repo.worktrees(["worktree", "add", "--quiet", "-B", branch, path, commit]);
  return await worktreeAt(path, ref);
}

async function isOurs(repo: WorkRepo, path: string): Promise<boolean> {
  const { stdout } = await repo.worktrees(["worktree", "list", "--porcelain", "-z"]);
  const real = (await lstat(path).catch(() => null))?.isDirectory() ? await realpath(path) : null;
  if (real === null || !stdout.toString().split("\0").includes(`worktree ${real}`)) return false;
  const asked = ["rev-parse", "--path-format=absolute", "--git-common-dir", "--git-dir"];
  const { exitCode, stdout: places } = await workGit(path)(asked, { accept: [128] });
  const [common = "", gitDir = ""] = places.toString().split("\n");
  // A stage can have led it to a repository of its own.
  if (exitCode !== 0 || (await realpath(common)) !== (await realpath(repo.commonDir))) return false;
  return workUser() !== null || !(await isHalfMade(gitDir));
}

/** Its maker was killed before all files were there. Without the lock a prune takes it off the list. */
async function isHalfMade(gitDir: string): Promise<boolean> {
  const lock = join(gitDir, "locked");
  const half = (await readPlainFile(lock, MAKING.length * 4))?.trim() === MAKING;
  if (half) await rm(lock);
  return half;
}

/** Takes trees away with all that is in them; their commits stay as long as something keeps them reachable. */
export async function removeWorktrees(
  repo: WorkRepo,
  trees: readonly Pick<Worktree, "path" | "gitDir" | "commonDir">[],
): Promise<void> {
  const quick = await quickFor(repo);
  let pruned = true;
  for (const tree of trees) {
    await emptied(tree.path);
    pruned = (quick?.unregister(tree) ?? false) && pruned;
  }
  if (!pruned) await repo.worktrees(["worktree", "prune"]);
}

/** Gone, or empty where another user owns it: that user takes away what is in it, and can take nothing else. */
async function emptied(path: string): Promise<void> {
  if (workUser() === null) return rm(path, { recursive: true, force: true, maxRetries: 3 });
  const unlocked = ["-type", "d", "!", "-perm", "-u+rwx", "-exec", "chmod", "u+rwx", "{}", ";"];
  await asUser("find", [path, "-mindepth", "0", ...unlocked]);
  await asUser("find", [path, "-mindepth", "1", "-delete"]);
}

/** Back to a commit, for an attempt that must not see what the one before it left. Ignored files (caches) stay. */
export async function cleanWorktree(tree: Worktree, commit: string): Promise<void> {
  await relink(tree);
  if (tree.branch === null) await tree.git(["update-ref", "--no-deref", "HEAD", commit]);
  else await tree.git(["symbolic-ref", "HEAD", tree.branch]);
  await tree.git(["reset", "--quiet", "--hard", commit]);
  await tree.git(["clean", "--quiet", "-d", "--force", "--force"]);
}

async function worktreeAt(path: string, branch: string | null): Promise<Worktree> {
  const asked = ["--git-dir", "--git-common-dir"];
  const { stdout } = await workGit(path)(["rev-parse", "--path-format=absolute", ...asked]);
  const [gitDir = "", commonDir = ""] = stdout.toString().split("\n");
  return await worktreeOf(path, { gitDir, commonDir, branch });
}

async function worktreeOf(
  path: string,
  { gitDir, commonDir, branch }: Pick<Worktree, "gitDir" | "commonDir" | "branch">,
): Promise<Worktree> {
  const git = workGit(path, { GIT_DIR: gitDir, GIT_WORK_TREE: path });
  const tree = { path, gitDir, commonDir, branch, git };
  const place = await realpath(path);
  places.set(tree, place);
  for (const each of [place, path]) known.set(each, tree);
  return tree;
}

const known = new Map<string, Worktree>();

/** The tree that this process made or opened there, whatever a stage has put in it since; null: none. */
export function worktreeAround(folder: string): Worktree | null {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const tree = known.get(at);
    if (tree !== undefined || at === dirname(at)) return tree ?? null;
  }
}

/** Where each tree really lay when it was made. */
const places = new WeakMap<Worktree, string>();

/** Raised when a stage removed its tree, or put a link to something else in its place. */
export class TreeGoneError extends Error {
  override readonly name = "TreeGoneError";
}

async function requireInPlace(tree: Worktree): Promise<void> {
  const found = await lstat(tree.path).catch(() => null);
  if (found === null) throw new TreeGoneError(`the stage removed its worktree ${tree.path}`);
  const real = await realpath(tree.path);
  if (found.isDirectory() && (places.get(tree) ?? real) === real) return;
  throw new TreeGoneError(`the stage put something else in the place of its worktree ${tree.path}`);
}

/** Puts the link from the tree to its repository back when a stage removed or replaced it. */
export async function relink(tree: Worktree): Promise<void> {
  // What a link in the tree's place leads to is not ours: its `.git` may be another repository.
  await requireInPlace(tree);
  const link = join(tree.path, ".git");
  const expected = `gitdir: ${tree.gitDir}\n`;
  if ((await readPlainFile(link, expected.length * 4)) === expected) return;
  await writeNewFile(link, expected);
}
