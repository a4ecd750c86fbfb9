/**
 * Whether a branch's commit may be taken: it is where its ref says, follows the fan-out's base, and holds nothing forbidden. Its
 * trees are walked in memory and within limits, before anything is compared, listed, pushed or checked out (docs/decisions/113).
 */
import { isAncestor, isOid } from "../../engine/git/objects.ts";
import { type Git, GitError } from "../../engine/git/process.ts";
import { readTrees, TreeLimitError } from "../../engine/git/trees.ts";
import { changeProblem } from "./tree-changes.ts";
import { linkProblem } from "./tree-links.ts";
import { sizeProblem } from "./tree-size.ts";

/** Objects were checked by git when they came. `held`: what the leg's code ref holds. */
export async function commitProblem(
  git: Git,
  base: string | null,
  commit: string,
  held: string | null,
): Promise<string | null> {
  if (held === null) return `it names commit ${short(commit)}, but brought no work`;
  if (commit !== held && (!isOid(commit) || !(await isAncestor(git, commit, held))))
    return `it names commit ${short(commit)} but its work is at ${short(held)}`;
  if (base !== null && !(await isAncestor(git, base, commit)))
    return `its work does not descend from ${short(base)}, where the branch began`;
  try {
    return await treeProblem(git, base, commit);
  } catch (error) {
    // Whatever git meets in these trees is the branch's doing, and no reason to leave its siblings unsettled.
    if (error instanceof TreeLimitError || error instanceof GitError)
      return `its work cannot be checked: ${error.message.slice(0, 500)}`;
    throw error;
  }
}

async function treeProblem(git: Git, base: string | null, commit: string): Promise<string | null> {
  const before = base === null ? null : await readTrees(git, base);
  const now = await readTrees(git, commit);
  return sizeProblem(before, now) ?? changeProblem(before, now) ?? (await linkProblem(git, before, now));
}

const short = (oid: string): string => oid.slice(0, 12);
