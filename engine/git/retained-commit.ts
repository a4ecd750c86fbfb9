/** Joined branches stay reachable by one ref, so that their own refs and trees can go (R-FAN-6: losers are not lost). */
import type { Git } from "./process.ts";

export const KEEPS = "Keep the work of joined branches reachable";

/** A commit that has the others, and the one that kept earlier ones, as parents. It holds no files of its own. */
export async function retainedCommit(
  git: Git,
  before: string | null,
  commits: readonly string[],
): Promise<string> {
  const tree = (await git(["hash-object", "-t", "tree", "--stdin", "-w"], { input: "" })).stdout
    .toString()
    .trim();
  const parents = [...new Set([...(before === null ? [] : [before]), ...commits])].flatMap((commit) => [
    "-p",
    commit,
  ]);
  return (await git(["commit-tree", ...parents, "-m", KEEPS, tree])).stdout.toString().trim();
}

/** Moves a local ref to a commit that keeps these reachable, beside all that it kept before. */
export async function keepReachable(git: Git, ref: string, commits: readonly string[]): Promise<string> {
  const found = await git(["rev-parse", "--verify", "--quiet", ref], { accept: [1] });
  const before = found.exitCode === 0 ? found.stdout.toString().trim() : null;
  const kept = await retainedCommit(git, before, commits);
  await git(["update-ref", ref, kept, before ?? ""]);
  return kept;
}
