/** The three places where a status file may stand, in the order in which they count (R-STAT-1). */
import { join } from "node:path";

export type StatusSource = "canonical" | "worktree" | "dot_ai";

/** The one canonical path of an attempt: its folder is new, so nothing old can stand there. */
export const statusPath = (stageDir: string): string => join(stageDir, "status.json");

export const fallbackPaths = (worktree: string) => ({
  worktree: join(worktree, "status.json"),
  dot_ai: join(worktree, ".ai", "status.json"),
});

export const FALLBACKS = ["worktree", "dot_ai"] as const;
export type FallbackSource = (typeof FALLBACKS)[number];
