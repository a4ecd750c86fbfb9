/** A folder without git and a graph without branches: stages work on a copy, and git is not asked at all (docs/decisions/172). */
import { lstatSync, realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { TreeGoneError } from "../git/worktree.ts";
import { copyFolder } from "./copy-folder.ts";
import { exists, RunFolderError } from "./folder.ts";
import type { Workspaces } from "./workspaces.ts";

export interface PlainFolder {
  readonly root: string;
  readonly workdir: string;
  readonly resumed: boolean;
}

export async function openPlainWorkspaces({ root, workdir, resumed }: PlainFolder): Promise<Workspaces> {
  const path = join(root, "worktree");
  if (!resumed) await copyFolder(workdir, root, path);
  else if (!(await exists(path)))
    throw new RunFolderError(
      `${path} is gone, and with it what the run's stages left: ${workdir} is no git repository`,
      "start a new run; in a repository the run's commits would have kept it",
    );
  const place = realpathSync.native(path);
  return {
    repo: null,
    baseSha: null,
    source: null,
    runBranch: null,
    tree: async () => path,
    reset: async () => undefined,
    async renew() {
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
      await copyFolder(workdir, root, path);
    },
    async commit() {
      if (stillStands(path, place)) return null;
      throw new TreeGoneError(`the stage removed its worktree ${path}, or put something else in its place`);
    },
    merge: async () => ({ ok: true, commit: null, conflicts: [] }),
    close: async () => undefined,
  };
}

function stillStands(path: string, place: string): boolean {
  try {
    return lstatSync(path).isDirectory() && realpathSync.native(path) === place;
  } catch {
    return false;
  }
}
