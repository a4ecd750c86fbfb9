/** Which runs may go, what goes with them, and why the others stay (R-GH-14). Reads only. */
import { readFile, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DEFAULT_REF_PREFIX, runBranch } from "../git/names.ts";
import type { Git } from "../git/process.ts";
import { safeName } from "../git/safe-name.ts";
import { isGitRepo, workGit } from "../git/work-repo.ts";
import { type ListedWorktree, listWorktrees } from "../git/worktree-list.ts";
import { runFolderOwner } from "../ledger/lock.ts";
import { findRuns } from "./find-runs.ts";
import { FILES, readManifest } from "./folder.ts";
import { type End, type PruneOptions, pruneVerdict } from "./prune-verdict.ts";
import { storedFinal } from "./stored-final.ts";

export interface PruneItem {
  readonly run_id: string;
  /** Null for what lies on a remote, and for a run whose folder is gone. */
  readonly folder: string | null;
  readonly status: string;
  readonly ended_at: string | null;
  readonly prune: boolean;
  /** Why it goes, or why it stays. */
  readonly why: string;
  readonly refs: readonly PlannedRef[];
  readonly worktrees: readonly string[];
  /** Branches of the run that stay, each with its reason. */
  readonly kept: readonly string[];
}

export interface PlannedRef {
  readonly ref: string;
  /** What it held when it was looked at: it goes only from there. */
  readonly oid: string;
}

interface Repository {
  readonly git: Git;
  readonly worktrees: readonly ListedWorktree[];
}

/** One for each run; with `runId` only that one. */
export async function planPrune(options: PruneOptions): Promise<PruneItem[]> {
  const git = (await isGitRepo(options.workdir)) ? workGit(options.workdir) : null;
  const repo = git && { git, worktrees: await listWorktrees(git) };
  const items: PruneItem[] = [];
  for (const folder of await findRuns(options.workdir, repo?.worktrees ?? [])) {
    const run_id = await idOf(folder);
    if (options.runId !== null && options.runId !== run_id) continue;
    const end = await endOf(folder);
    items.push({
      run_id,
      folder,
      status: end.status,
      ended_at: end.at,
      ...pruneVerdict(end, options),
      ...(await belongings(repo, folder, run_id)),
    });
  }
  if (repo && options.runId !== null && items.length === 0) items.push(...(await orphan(repo, options)));
  return items;
}

const idOf = async (folder: string): Promise<string> =>
  (await readManifest(folder).catch(() => null))?.run_id ??
  (await storedFinal(folder))?.run_id ??
  basename(folder);

/** `mine`: this process has the lock. */
export async function endOf(folder: string, mine = false): Promise<End> {
  if (!mine && (await runFolderOwner(folder))) return { status: "running", at: null };
  const final = await storedFinal(folder);
  if (final) return { status: final.status, at: final.finished_at };
  const live = await readFile(join(folder, FILES.live), "utf8").catch(() => "");
  return { status: /"status":\s*"(waiting|paused)"/.exec(live)?.[1] ?? "unknown", at: null };
}

/** A run that was named and of which only refs are left. */
async function orphan({ git, worktrees }: Repository, options: PruneOptions): Promise<PruneItem[]> {
  const run_id = options.runId ?? "";
  const branch = runBranch(options.branchPrefix, run_id);
  const inUse = worktrees.some((tree) => tree.branch === branch);
  const refs = await refsUnder(git, [
    `${DEFAULT_REF_PREFIX}/${safeName(run_id)}/`,
    ...(inUse ? [] : [`refs/heads/${branch}`]),
  ]);
  if (refs.length === 0) return [];
  const kept = inUse ? [`${branch} is checked out`] : [];
  const why = "it was named, and its folder is gone";
  return [
    { run_id, folder: null, status: "unknown", ended_at: null, prune: true, why, refs, worktrees: [], kept },
  ];
}

/** Of the run and of the runs of its managers, whose folders lie in its own. */
async function belongings(
  repo: Repository | null,
  folder: string,
  runId: string,
): Promise<Pick<PruneItem, "refs" | "worktrees" | "kept">> {
  if (repo === null) return { refs: [], worktrees: [], kept: [] };
  const inside: string[] = [];
  const elsewhere = new Map<string, string>();
  for (const { path, branch } of repo.worktrees) {
    const real = await realpath(path).catch(() => path);
    if (real.startsWith(`${folder}/`)) inside.push(real);
    else if (branch !== null) elsewhere.set(branch, path);
  }
  const hidden = [runId];
  const refs: PlannedRef[] = [];
  const kept: string[] = [];
  for (const root of new Set([folder, ...inside.map((path) => dirname(path))])) {
    const manifest = await readManifest(root).catch(() => null);
    if (manifest === null) continue;
    hidden.push(manifest.run_id);
    const { run_branch: branch, base_sha } = manifest;
    if (branch === null) continue;
    const left = (await storedFinal(root))?.git.final_commit ?? base_sha;
    for (const found of await refsUnder(repo.git, [`refs/heads/${branch}`])) {
      if (found.ref !== `refs/heads/${branch}`) continue;
      const tree = elsewhere.get(branch);
      if (tree !== undefined) kept.push(`${branch} is checked out in ${tree}`);
      else if (found.oid !== left) kept.push(`${branch} was moved since the run ended`);
      else refs.push(found);
    }
  }
  const folders = [...new Set(hidden)].map((id) => `${DEFAULT_REF_PREFIX}/${safeName(id)}/`);
  return { refs: [...(await refsUnder(repo.git, folders)), ...refs], worktrees: inside, kept };
}

async function refsUnder(git: Git, prefixes: readonly string[]): Promise<PlannedRef[]> {
  const { stdout } = await git(["for-each-ref", "--format=%(objectname) %(refname)", ...prefixes]);
  return stdout
    .toString("utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => ({ oid: line.slice(0, line.indexOf(" ")), ref: line.slice(line.indexOf(" ") + 1) }));
}
