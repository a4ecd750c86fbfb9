/**
 * Bringing branch work together by real git (R-FAN-6). Merges are made in the object store, so a conflict is data and
 * the tree is as it was; only a result without conflicts moves the tree, forward.
 */
import { readHead } from "./head.ts";
import { isAncestor } from "./objects.ts";
import { GitError } from "./process.ts";
import type { Quick } from "./quick-commit.ts";
import { quickFor } from "./quickly.ts";
import type { Worktree } from "./tree-handle.ts";

export interface BranchWork {
  readonly key: string;
  readonly commit: string;
}

interface Conflict {
  readonly path: string;
  /** Keys of the branches whose changes meet there; with one alone, the trunk itself changed the path. */
  readonly branches: readonly string[];
}

export type MergeResult =
  | { readonly ok: true; readonly commit: string }
  | { readonly ok: false; readonly conflicts: readonly Conflict[] };

/** The winner's work alone: forward where the trunk stood still, a merge commit where it did not. */
export const mergeWinner = (tree: Worktree, winner: BranchWork, message: string): Promise<MergeResult> =>
  mergeAll(tree, [winner], message);

/** Every branch's work, in the order given, as one commit with all of them as parents. */
export async function mergeAll(
  tree: Worktree,
  branches: readonly BranchWork[],
  message: string,
): Promise<MergeResult> {
  const { commit: head } = await readHead(tree);
  if (head === null) throw new GitError(["merge"], null, `${tree.path} has no commit`);
  const quick = await quickFor(tree);
  const plan = await planMerge(tree, head, branches, quick);
  if (plan.conflicts.length > 0) return { ok: false, conflicts: plan.conflicts };
  const commit = await joinCommit(tree, head, plan, message);
  if (commit === head || quick?.forward(tree, head, commit)) return { ok: true, commit };
  const moved = await tree.git(["merge", "--quiet", "--ff-only", "--no-verify", commit], {
    accept: [1, 128],
  });
  return moved.exitCode === 0
    ? { ok: true, commit }
    : { ok: false, conflicts: inTheWay(moved.stderr, branches) };
}

interface Plan {
  /** Commits that brought something, in order. */
  readonly parents: readonly string[];
  /** A commit whose tree is the result. */
  readonly result: string;
  readonly conflicts: readonly Conflict[];
}

async function planMerge(
  tree: Worktree,
  head: string,
  branches: readonly BranchWork[],
  quick: Quick | null,
): Promise<Plan> {
  let result = head;
  const parents: string[] = [];
  const merged: BranchWork[] = [];
  const conflicts: Conflict[] = [];
  for (const branch of branches) {
    // Branches fork from head: only the first that brought something can stand right above the result.
    const builds =
      result === head &&
      branch.commit !== head &&
      quick?.buildsOn(tree.commonDir, head, branch.commit) === true;
    if (!builds && (await isAncestor(tree.git, branch.commit, result))) continue;
    const step: Step = builds
      ? { commit: branch.commit, conflicting: [] }
      : await mergeStep(tree, result, branch.commit);
    if (step.conflicting.length > 0) {
      conflicts.push(...(await attribute(tree, head, step.conflicting, merged, branch)));
      continue;
    }
    result = step.commit;
    parents.push(branch.commit);
    merged.push(branch);
  }
  return { parents, result, conflicts };
}

/** Forward onto the one branch's own commit where that is the whole result, else one commit above head and all branches. */
async function joinCommit(tree: Worktree, head: string, plan: Plan, message: string): Promise<string> {
  const [only] = plan.parents;
  if (only === undefined) return head;
  if (plan.result === only) return only;
  const parents = [head, ...plan.parents].flatMap((parent) => ["-p", parent]);
  const { stdout } = await tree.git(["commit-tree", ...parents, "-m", message, `${plan.result}^{tree}`]);
  return stdout.toString().trim();
}

type Step = { readonly commit: string; readonly conflicting: readonly string[] };

async function mergeStep(tree: Worktree, onto: string, branch: string): Promise<Step> {
  if (await isAncestor(tree.git, onto, branch)) return { commit: branch, conflicting: [] };
  const merge = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", onto, branch];
  const { exitCode, stdout } = await tree.git(merge, { accept: [1] });
  const [oid = "", ...paths] = stdout.toString().split("\0").filter(Boolean);
  if (exitCode === 1) return { commit: onto, conflicting: [...new Set(paths)] };
  const made = await tree.git(["commit-tree", "-p", onto, "-p", branch, "-m", "step", oid.trim()]);
  return { commit: made.stdout.toString().trim(), conflicting: [] };
}

/** Which of the branches merged so far, beside the one that did not fit, changed the path since the fan-out. */
async function attribute(
  tree: Worktree,
  head: string,
  paths: readonly string[],
  merged: readonly BranchWork[],
  failing: BranchWork,
): Promise<Conflict[]> {
  const touched = new Map<string, ReadonlySet<string>>();
  for (const { key, commit } of merged) touched.set(key, await changedPaths(tree, head, commit));
  return paths.map((path) => ({
    path,
    branches: [...merged.filter(({ key }) => touched.get(key)?.has(path)).map(({ key }) => key), failing.key],
  }));
}

/** Old and new names of everything the branch changed. */
async function changedPaths(tree: Worktree, head: string, commit: string): Promise<ReadonlySet<string>> {
  const diff = ["diff", "--name-only", "--no-renames", "-z", `${head}...${commit}`];
  const { stdout } = await tree.git(diff);
  return new Set(stdout.toString().split("\0").filter(Boolean));
}

/** Files in the tree that git does not know and the result would overwrite. */
function inTheWay(stderr: string, branches: readonly BranchWork[]): Conflict[] {
  const paths = stderr.split("\n").flatMap((line) => (/^\t(.+)$/.exec(line)?.[1] ? [line.slice(1)] : []));
  if (paths.length === 0) throw new GitError(["merge"], 1, stderr);
  return paths.map((path) => ({ path, branches: branches.map(({ key }) => key) }));
}
