/** Paths in a log are relative to its run folder, so that the folder can move; at use they are absolute and inside it (R-CKPT-5). */
import { lstat, realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

/** Raised when a path would leave the run folder. */
export class OutsideRunFolderError extends Error {
  override readonly name = "OutsideRunFolderError";
  readonly fix = "a run reads and writes in its own folder only; check where this path came from";
  constructor(path: string, runFolder: string) {
    super(`${JSON.stringify(path)} is not inside the run folder ${runFolder}`);
  }
}

/** What to store for an absolute path: relative, with `/`, the same on every system. */
export function storedPath(runFolder: string, absolute: string): string {
  const within = relative(resolve(runFolder), resolve(absolute));
  if (!isAbsolute(absolute) || leaves(within)) throw new OutsideRunFolderError(absolute, runFolder);
  return within.split(sep).join("/");
}

/** The absolute path of a stored one. What exists of it is followed through links, and must stay inside. */
export async function usePath(runFolder: string, stored: string): Promise<string> {
  const foreign = isAbsolute(stored) || /^[A-Za-z]:/.test(stored) || /[\\\0]/.test(stored);
  const absolute = resolve(runFolder, stored);
  if (foreign || leaves(relative(resolve(runFolder), absolute)))
    throw new OutsideRunFolderError(stored, runFolder);
  const root = await realOf(resolve(runFolder));
  const real = await realOf(absolute);
  if (root === null || real === null || leaves(relative(root, real)))
    throw new OutsideRunFolderError(stored, runFolder);
  return absolute;
}

const leaves = (within: string): boolean =>
  within === ".." || within.startsWith(`..${sep}`) || isAbsolute(within);

/** The real place of a path of which the end may not exist yet; null for a link that leads nowhere. */
async function realOf(path: string): Promise<string | null> {
  const missing: string[] = [];
  for (let at = path; ; at = dirname(at)) {
    const real = await realpath(at).catch(() => null);
    if (real !== null) return join(real, ...missing);
    if (dirname(at) === at || (await lstat(at).catch(() => null))?.isSymbolicLink()) return null;
    missing.unshift(basename(at));
  }
}
