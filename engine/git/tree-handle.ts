/** A tree for stages to work in, as those who work on it hold it. */
import type { Git } from "./process.ts";

/** What git, and who registers a tree as it does, writes into its lock until all files are there. */
export const MAKING = "initializing";

export interface Worktree {
  readonly path: string;
  /** Its own part of the repository: HEAD and index. */
  readonly gitDir: string;
  readonly commonDir: string;
  /** `refs/heads/…`, null for a detached one. */
  readonly branch: string | null;
  /**
   * Runs on exactly this tree and repository. What a stage does to `.git` in its tree does not lead it elsewhere, least
   * of all to a repository around the run folder.
   */
  readonly git: Git;
}
