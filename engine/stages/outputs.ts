/** The `outputs` of a node: globs that something in the worktree must match after success. */
import { lstatSync } from "node:fs";
import { isAbsolute, join, matchesGlob } from "node:path";
import { type HeldFolder, held } from "../git/held-folder.ts";

/** One line per promise that is not kept. */
export async function missingOutputs(
  worktree: string,
  patterns: readonly string[],
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const pattern of patterns) {
    if (isAbsolute(pattern) || pattern.split("/").includes("..")) {
      missing.push(`${pattern} points out of the worktree; write it relative, without ..`);
    } else if (!matchesSomething(worktree, pattern)) missing.push(`${pattern} matches nothing`);
  }
  return missing;
}

/** Folders are held while they are looked at, and links are not followed: a stage may swap one for the other. */
function matchesSomething(worktree: string, pattern: string): boolean {
  const parts = pattern.split("/").filter((part) => part !== "" && part !== ".");
  const deeper = (depth: number): boolean => depth + 1 < parts.length || parts.includes("**");
  const below = (folder: Buffer | string, path: string, depth: number): boolean =>
    tried(folder, (inside) => {
      const literal = parts[depth];
      const names =
        literal !== undefined && !MAGIC.test(parts.slice(0, depth + 1).join("/"))
          ? [literal]
          : inside.names().map((name) => name.toString("utf8"));
      return names.some((name) => {
        const here = join(path, name);
        const found = lstatSync(inside.at(name), { throwIfNoEntry: false });
        if (found === undefined) return false;
        return (
          here === join(...parts) ||
          matchesGlob(here, join(...parts)) ||
          (found.isDirectory() && deeper(depth) && below(inside.at(name), here, depth + 1))
        );
      });
    });
  return parts.length === 0 || below(worktree, "", 0);
}

const MAGIC = /[*?[\]{}()!+@\\]/;

function tried(folder: Buffer | string, look: (folder: HeldFolder) => boolean): boolean {
  try {
    return held(folder, look);
  } catch {
    return false;
  }
}
