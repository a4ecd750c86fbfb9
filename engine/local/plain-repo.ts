/** A folder without git still gets a run like any other: on a copy, in a repository of the run's own. */
import { cp, mkdir, readdir, stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { WorkRepoError, workGit } from "../git/work-repo.ts";
import { workUser } from "../git/work-user.ts";

const MOST_FILES = 20_000;
const MOST_BYTES = 512 * 1024 * 1024;

export async function plainRepo(folder: string, root: string): Promise<string> {
  if (workUser() !== null)
    throw new WorkRepoError(
      `${folder} is no git repository (any more)`,
      "leave .git in the worktree alone: in a job stages work in a repository",
    );
  const copy = join(root, "source");
  if (await stat(join(copy, ".git")).catch(() => null)) return copy;
  await checkSize(folder, root);
  await mkdir(copy, { recursive: true });
  const own = resolve(root);
  for (const name of await readdir(folder)) {
    if (name === ".attractor" || name === ".env" || name.startsWith(".env.")) continue;
    const from = join(folder, name);
    if (own === resolve(from) || own.startsWith(`${resolve(from)}/`)) continue;
    await cp(from, join(copy, name), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => resolve(path) !== own,
    });
  }
  const git = workGit(copy);
  await git(["init", "--quiet", "--initial-branch=main"]);
  await git(["add", "--all"]);
  await git([
    "commit",
    "--quiet",
    "--allow-empty",
    "--no-verify",
    "--message=The folder as the run found it",
  ]);
  return copy;
}

async function checkSize(folder: string, root: string): Promise<void> {
  let files = 0;
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !relative(root, path).startsWith("..")) continue;
    files++;
    bytes += (await stat(path).catch(() => null))?.size ?? 0;
    if (files > MOST_FILES || bytes > MOST_BYTES) {
      throw new WorkRepoError(
        `${folder} is no git repository and too large to copy (over ${files > MOST_FILES ? `${MOST_FILES} files` : `${MOST_BYTES} bytes`})`,
        "run `git init` there and commit, or give a smaller --workdir",
      );
    }
  }
}
