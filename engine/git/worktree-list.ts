/** Every worktree that git keeps a note of, the user's own checkout first. */
import type { Git } from "./process.ts";

export interface ListedWorktree {
  readonly path: string;
  /** Without `refs/heads/`; null when detached. */
  readonly branch: string | null;
}

export async function listWorktrees(git: Git): Promise<ListedWorktree[]> {
  const { stdout } = await git(["worktree", "list", "--porcelain", "-z"]);
  return stdout
    .toString("utf8")
    .split("\0\0")
    .flatMap((entry) => {
      const lines = entry.split("\0");
      const path = lines.find((line) => line.startsWith("worktree "))?.slice("worktree ".length);
      const branch = lines.find((line) => line.startsWith("branch refs/heads/"));
      return path === undefined ? [] : [{ path, branch: branch?.slice("branch refs/heads/".length) ?? null }];
    });
}
