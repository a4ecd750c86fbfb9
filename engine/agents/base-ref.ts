/** What agents are told from the base ref, and what of a worktree is not as it is there (R-AGENT-22). */
import { join } from "node:path";
import type { Looked } from "../git/changed-since.ts";
import { type BaseRef, foldersTo, type Instructions, instructionsAt } from "./instructions.ts";

export interface AtBase {
  readonly instructions: Instructions;
  /** Paths from the top. `paths` count in the top and in each folder on the way to where stages work. */
  changed(worktree: string, looked: Looked): Promise<readonly string[]>;
}

export const atBase = (base: BaseRef): AtBase => ({
  instructions: instructionsAt(base),
  async changed(worktree, { paths, names }) {
    const { git, commit, subfolder } = base;
    const top = join(
      worktree,
      ...subfolder
        .split("/")
        .filter(Boolean)
        .map(() => ".."),
    );
    const all = foldersTo(subfolder).flatMap((folder) => paths.map((path) => folder + path));
    const { changedSince } = await import("../git/changed-since.ts");
    return changedSince(git, commit, top, { paths: all, names });
  },
});
