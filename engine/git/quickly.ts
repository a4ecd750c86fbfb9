/** What this process may do in a repository itself. On a runner the trees are another user's: git works in them, and none of this is loaded. */
import { once } from "../once.ts";
import type { Quick } from "./quick-commit.ts";
import type { Worktree } from "./tree-handle.ts";
import { workUser } from "./work-user.ts";

/** Asking Node for what it has loaded costs something too, and this is asked at every commit. */
const loaded = once(() => import("./quick-commit.ts"));

export async function quickFor(tree: Pick<Worktree, "commonDir">): Promise<Quick | null> {
  if (workUser() !== null) return null;
  const { quick, isUsual } = await loaded();
  return isUsual(tree) ? quick : null;
}
