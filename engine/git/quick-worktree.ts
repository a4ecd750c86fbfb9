/**
 * A worktree as `git worktree add` makes it, without the three processes that it takes (docs/decisions/174). `locked` keeps
 * a `git worktree prune` of somebody else from it until it is whole, as git's own does.
 */
import { mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MAKING } from "./tree-handle.ts";

/** What git would write into a new worktree besides, or elsewhere. */
const UNUSUAL =
  /^\s*(?:objectformat|refstorage|partialclone|worktreeconfig|relativeworktrees|sharedrepository|sparsecheckout|worktree|bare\s*=\s*true)\b/im;

export interface Registered {
  readonly gitDir: string;
  /** When its files are there. */
  readonly whole: () => void;
  /** When they could not be had. */
  readonly undo: () => void;
}

/** `head`: a commit, or `ref: refs/heads/…`. The folder is made, with nothing but its link. Null: git has to. */
export function registerWorktree(commonDir: string, path: string, head: string): Registered | null {
  if (UNUSUAL.test(readFileSync(join(commonDir, "config"), "utf8"))) return null;
  mkdirSync(path, { recursive: true });
  if (readdirSync(path).length > 0) return null;
  const link = join(realpathSync(path), ".git");
  const files = [
    ["locked", MAKING],
    ["HEAD", head],
    ["commondir", "../.."],
    ["gitdir", link],
  ] as const;
  const gitDir = folderWith(join(realpathSync(commonDir), "worktrees"), files);
  writeFileSync(link, `gitdir: ${gitDir}\n`, { flag: "wx" });
  return {
    gitDir,
    whole: () => rmSync(join(gitDir, "locked")),
    undo: () => {
      rmSync(link, { force: true });
      rmSync(gitDir, { recursive: true, force: true });
    },
  };
}

/** Until it is locked, a prune of another process can take it, and all of them when they are empty: then anew. */
function folderWith(worktrees: string, files: readonly (readonly [name: string, text: string])[]): string {
  for (let tries = 0; ; tries++) {
    try {
      const folder = ownFolder(worktrees);
      for (const [name, text] of files) writeFileSync(join(folder, name), `${text}\n`, { flag: "wx" });
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || tries === MOST_TRIES) throw error;
    }
  }
}

const MOST_TRIES = 100;

/** The first name that nobody has, as git chooses it. */
function ownFolder(worktrees: string): string {
  mkdirSync(worktrees, { recursive: true });
  for (let n = 0; ; n++) {
    const folder = join(worktrees, n === 0 ? "worktree" : `worktree${n}`);
    try {
      mkdirSync(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}
