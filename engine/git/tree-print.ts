/**
 * Whether anything in a tree was written since it was last looked at: by the times that the system itself keeps
 * (`ctime`, which no program can set), as git judges its own index. One difference, and git is asked.
 */
import { createHash } from "node:crypto";
import { lstatSync, readdirSync, type Stats, statfsSync } from "node:fs";
import { join } from "node:path";
import type { Worktree } from "./tree-handle.ts";

/** Of a larger tree git's own look is quicker. */
export const MOST_ENTRIES = 3_000;
/** The clock of files goes in steps: what was written this shortly before could be written again at the same time. */
export const STEP_MS = 20;

/** Ext, XFS, Btrfs, tmpfs, overlay, F2FS, ZFS: file systems of this machine, whose times come from this machine's clock. */
const LOCAL = new Set([0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0xf2f52010, 0x2fc12fc1]);

export const keepsTimes = (path: string): boolean =>
  process.platform === "linux" && LOCAL.has(statfsSync(path).type);

/** Null: too large, too fresh, or of a kind whose times say less. */
export function printOf(tree: Worktree): string | null {
  if (!keepsTimes(tree.path)) return null;
  const hash = createHash("sha1");
  const until = Date.now() - STEP_MS;
  let left = MOST_ENTRIES;
  const take = (name: string, stat: Stats | undefined): boolean => {
    if (stat === undefined) hash.update(`${name}\0-\n`);
    else {
      const { mode, size, ino, mtimeMs, ctimeMs } = stat;
      if (ctimeMs > until || mtimeMs > until) return false;
      hash.update(`${name}\0${mode} ${size} ${ino} ${mtimeMs} ${ctimeMs}\n`);
    }
    return --left > 0;
  };
  const walk = (folder: string): boolean =>
    readdirSync(folder, { withFileTypes: true }).every((entry) => {
      const path = join(folder, entry.name);
      return take(path, lstatSync(path)) && (!entry.isDirectory() || walk(path));
    });
  const settings = SETTINGS.map((name) => join(tree.commonDir, name));
  try {
    for (const path of [...settings, join(tree.gitDir, "config.worktree"), tree.path])
      if (!take(path, lstatSync(path, { throwIfNoEntry: false }))) return null;
    return walk(tree.path) ? hash.digest("hex") : null;
  } catch {
    // What may not be looked at, git names.
    return null;
  }
}

/** What decides beside the files which of them git takes, and how. */
const SETTINGS = ["config", "info/exclude", "info/attributes"];
