/**
 * Takes away what a plan names: refs and branches first, then the folder with its worktrees, its end last. So a prune that
 * was killed finds the rest again. The run is locked meanwhile and looked at once more: somebody may have resumed it.
 */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isGitRepo, workGit } from "../git/work-repo.ts";
import { lockRunFolder } from "../ledger/lock.ts";
import { exists, FILES } from "./folder.ts";
import { endOf, type PlannedRef, type PruneItem } from "./prune-plan.ts";
import { type PruneOptions, pruneVerdict } from "./prune-verdict.ts";

/** Null when it is gone, else why it is not. */
export async function prune(item: PruneItem, options: PruneOptions): Promise<string | null> {
  if (!item.prune) return item.why;
  const { folder } = item;
  try {
    if (folder === null) {
      await removeRefs(item.refs, options.workdir);
      return null;
    }
    const lock = await lockRunFolder(folder, item.run_id);
    try {
      const verdict = pruneVerdict(await endOf(folder, true), options);
      if (!verdict.prune) return verdict.why;
      await removeRefs(item.refs, options.workdir);
      await removeFolder(folder);
    } finally {
      if (await exists(folder)) await lock.release();
    }
    if (await isGitRepo(options.workdir)) await workGit(options.workdir)(["worktree", "prune"]);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

async function removeRefs(refs: readonly PlannedRef[], workdir: string): Promise<void> {
  if (refs.length === 0) return;
  const input = refs.map(({ ref, oid }) => `delete ${ref} ${oid}\n`).join("");
  await workGit(workdir)(["update-ref", "--stdin"], { input });
}

async function removeFolder(folder: string): Promise<void> {
  const last = new Set<string>([FILES.final, FILES.manifest, "lock"]);
  for (const name of await readdir(folder)) if (!last.has(name)) await remove(join(folder, name));
  await remove(folder);
}

const remove = (path: string): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 3 });
