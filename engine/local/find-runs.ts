/** The run folders of a repository: those under `.attractor/runs` here or further up, and those that git knows by a worktree. */
import { lstat, readdir, realpath } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { ListedWorktree } from "../git/worktree-list.ts";
import { FILES } from "./folder.ts";
import { RUN_ID } from "./run-id.ts";

/** Sorted by path. A run of a manager lies in its parent's folder and is not named beside it. */
export async function findRuns(workdir: string, worktrees: readonly ListedWorktree[]): Promise<string[]> {
  const elsewhere = worktrees.flatMap(({ path, branch }) =>
    branch !== null && path.endsWith("/worktree") ? [dirname(path)] : [],
  );
  const found = new Set<string>();
  for (const path of [...(await nearestRuns(workdir)), ...elsewhere]) {
    const real = await realpath(path).catch(() => null);
    if (real !== null && (await isRun(real))) found.add(real);
  }
  const sorted = [...found].sort();
  return sorted.filter((path) => !sorted.some((other) => path.startsWith(`${other}/`)));
}

async function nearestRuns(workdir: string): Promise<string[]> {
  for (let at = resolve(workdir); ; at = dirname(at)) {
    const base = join(at, ".attractor", "runs");
    const entries = await readdir(base, { withFileTypes: true }).catch(() => null);
    if (entries !== null)
      return entries
        .filter((entry) => entry.isDirectory() && RUN_ID.test(entry.name))
        .map(({ name }) => join(base, name));
    if (dirname(at) === at) return [];
  }
}

/** What never began has an end and no manifest. */
async function isRun(folder: string): Promise<boolean> {
  for (const name of [FILES.manifest, FILES.final, FILES.log])
    if ((await lstat(join(folder, name)).catch(() => null))?.isFile()) return true;
  return false;
}
