/** The `outputs` of a node: globs that something in the worktree must match after success. */
import { existsSync } from "node:fs";
import { glob } from "node:fs/promises";
import { isAbsolute, join } from "node:path";

/** One line per promise that is not kept. */
export async function missingOutputs(
  worktree: string,
  patterns: readonly string[],
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const pattern of patterns) {
    if (isAbsolute(pattern) || pattern.split("/").includes("..")) {
      missing.push(`${pattern} points out of the worktree; write it relative, without ..`);
    } else if (!(await matchesSomething(worktree, pattern))) missing.push(`${pattern} matches nothing`);
  }
  return missing;
}

async function matchesSomething(worktree: string, pattern: string): Promise<boolean> {
  if (existsSync(join(worktree, pattern))) return true;
  for await (const _ of glob(pattern, { cwd: worktree })) return true;
  return false;
}
