/** What a person works on in a folder that is no repository: copied, so that no stage touches it. */
import { constants } from "node:fs";
import { cp, mkdir, readdir, stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { WorkRepoError } from "../git/work-repo.ts";

const MOST_FILES = 20_000;
const MOST_BYTES = 512 * 1024 * 1024;

/** Without the runs that lie in it, and without environment files. `root`: the run folder, which may lie in it too. */
export async function copyFolder(folder: string, root: string, to: string): Promise<void> {
  await checkSize(folder, root);
  await mkdir(to, { recursive: true });
  const own = resolve(root);
  for (const name of await readdir(folder)) {
    if (name === ".attractor" || name === ".env" || name.startsWith(".env.")) continue;
    const from = join(folder, name);
    if (own === resolve(from) || own.startsWith(`${resolve(from)}/`)) continue;
    await cp(from, join(to, name), {
      recursive: true,
      verbatimSymlinks: true,
      // Where the disk can, without copying a byte.
      mode: constants.COPYFILE_FICLONE,
      filter: (path) => resolve(path) !== own,
    });
  }
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
