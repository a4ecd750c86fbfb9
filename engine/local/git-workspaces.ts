/** Workspaces by real git: a run branch and worktrees in the run folder; the user's checkout is never touched (R-CKPT-7). */

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../config/schema.ts";
import { branchFolder } from "../core/branch-folder.ts";
import { commitStage, pointRef, seenAsMade } from "../git/commit-stage.ts";
import { DEFAULT_REF_PREFIX, retainedRef, runBranch, workRef } from "../git/names.ts";
import type { Worktree } from "../git/tree-handle.ts";
import { openWorkRepo, requireClean, type WorkRepo, workRepoAround } from "../git/work-repo.ts";
import {
  addBranchWorktree,
  cleanWorktree,
  createRunWorktree,
  removeWorktrees,
  reopenWorktree,
} from "../git/worktree.ts";
import type { WorkspaceBranch, Workspaces } from "./workspaces.ts";

export interface OpenWorkspaces {
  readonly root: string;
  readonly runId: string;
  readonly workdir: string;
  readonly config: Config;
  /** Paths whose changes do not make the checkout dirty: the graph itself. */
  readonly exempt: readonly string[];
  /** Set when a run goes on: the commit that its trunk stands at. */
  readonly at?: string | null;
  /** No branches, no runs below this one: in a folder that is no repository it needs no git. */
  readonly alone?: boolean;
}

/** Untracked files that stages leave for later ones; they travel with a branch (R-FAN-12). */
const TRAVEL = [".ai/**"];

export async function openWorkspaces(options: OpenWorkspaces): Promise<Workspaces> {
  const { root, runId, workdir, config } = options;
  await mkdir(root, { recursive: true });
  const found = await workRepoAround(workdir);
  const known = found === null ? null : workdir;
  if (found === null && options.alone) {
    const { openPlainWorkspaces: openPlain } = await import("./plain-workspaces.ts");
    return await openPlain({ root, workdir, resumed: options.at !== undefined });
  }
  const repo =
    found ?? (await openWorkRepo(await (await import("./plain-repo.ts")).plainRepo(workdir, root)));
  const branch = runBranch(config.git.run_branch_prefix, runId);
  const trunkPath = join(root, "worktree");
  const resumed = options.at !== undefined;
  if (!resumed && known !== null && config.git.require_clean) {
    // Runs lie there, whoever named the folder.
    await requireClean(repo, [root, join(known, ".attractor"), ...options.exempt]);
  }
  const trees = new Map<string, Promise<Worktree>>();
  const inTurn = queue();
  const trunk = inTurn(() =>
    resumed
      ? reopenWorktree(repo, trunkPath, branch, options.at ?? repo.head)
      : createRunWorktree(repo, trunkPath, branch),
  );
  trees.set("", trunk);
  if (resumed) await trunk;
  else await seenAsMade(await trunk);

  /** A branch's tree; its untracked, declared files come from the scope that fanned out. */
  const treeOf = (scopeKey: string, base: string | null): Promise<Worktree> => {
    let tree = trees.get(scopeKey);
    if (!tree) {
      const path = join(root, branchFolder(scopeKey), "worktree");
      const open = async () => {
        const made = resumed
          ? await reopenWorktree(repo, path, null, base ?? repo.head)
          : await addBranchWorktree(repo, path, base ?? repo.head);
        if (!resumed) await seenAsMade(made);
        const parent = await trees.get(parentScope(scopeKey));
        if (parent) await (await import("../git/declared-files.ts")).carryUntracked(parent, made, TRAVEL);
        return made;
      };
      // New ones are made side by side.
      tree = resumed ? inTurn(open) : open();
      trees.set(scopeKey, tree);
    }
    return tree;
  };

  return {
    repo: known,
    baseSha: repo.head,
    runBranch: branch,
    source: { git: repo.git, subfolder: repo.subfolder },
    async tree(scopeKey, base) {
      const { path } = await treeOf(scopeKey, base);
      return repo.subfolder === "" ? path : join(path, repo.subfolder);
    },
    async reset(scopeKey, commit) {
      // Without commits the tree alone holds what earlier stages did.
      if (!config.git.commit_per_node) return;
      await cleanWorktree(await treeOf(scopeKey, commit), commit ?? repo.head);
    },
    async renew(scopeKey, parent) {
      trees.delete(scopeKey);
      const path = scopeKey === "" ? trunkPath : join(root, branchFolder(scopeKey), "worktree");
      const made = inTurn(() =>
        reopenWorktree(repo, path, scopeKey === "" ? branch : null, parent ?? repo.head),
      );
      trees.set(scopeKey, made);
      await made;
    },
    async commit(scopeKey, message, parent) {
      if (!config.git.commit_per_node) return null;
      const tree = await treeOf(scopeKey, parent);
      const made = await commitStage(tree, message, parent ?? repo.head);
      // No branch has it: without a ref it would go with its tree (R-FAN-6).
      if (scopeKey !== "") await pointRef(tree, workRef(DEFAULT_REF_PREFIX, runId, scopeKey), made.commit);
      return made;
    },
    async merge(scopeKey, policy, branches, winner) {
      const tree = await treeOf(scopeKey, null);
      await inTurn(() => keepJoined(repo, runId, branches));
      const best = branches.find((one) => one.key === winner);
      const message = `attractor(${runId}): join ${policy === "winner" ? winner : branches.map((one) => one.key).join(", ")}`;
      const { mergeAll, mergeWinner } = await import("../git/merge.ts");
      const merged =
        policy === "all"
          ? await mergeAll(tree, branches, message)
          : best
            ? await mergeWinner(tree, best, message)
            : null;
      await release(
        repo,
        trees,
        inTurn,
        branches.map((one) => one.key),
      );
      if (merged === null) return { ok: true, commit: null, conflicts: [] };
      return merged.ok
        ? { ok: true, commit: merged.commit, conflicts: [] }
        : { ok: false, commit: null, conflicts: merged.conflicts };
    },
    async close() {
      await Promise.allSettled(trees.values());
    },
  };
}

/** One ref for all that was joined, in place of one each. */
async function keepJoined(
  repo: WorkRepo,
  runId: string,
  branches: readonly WorkspaceBranch[],
): Promise<void> {
  const { keepReachable, dropRefs } = await import("../git/retained-commit.ts");
  const commits = branches.map(({ commit }) => commit);
  await keepReachable(repo, retainedRef(DEFAULT_REF_PREFIX, runId), commits);
  const done = branches.map(({ key }) => workRef(DEFAULT_REF_PREFIX, runId, key));
  await dropRefs(repo, done);
}

/** A joined branch's tree is done with; its commits stay reachable by the kept ref. */
async function release(
  repo: WorkRepo,
  trees: Map<string, Promise<Worktree>>,
  inTurn: ReturnType<typeof queue>,
  keys: readonly string[],
): Promise<void> {
  const done: Worktree[] = [];
  for (const key of keys) {
    const tree = trees.get(key);
    trees.delete(key);
    if (tree) done.push(await tree);
  }
  await inTurn(() => removeWorktrees(repo, done));
}

const parentScope = (scopeKey: string): string => scopeKey.split("/").slice(0, -3).join("/");

/** Git's own bookkeeping of worktrees takes one change at a time. */
function queue() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}
