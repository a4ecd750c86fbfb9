/** Joined branches stay reachable by one ref, so that their own refs and trees can go (R-FAN-6: losers are not lost). */
import type { Git } from "./process.ts";
import { quickFor } from "./quickly.ts";
import type { WorkRepo } from "./work-repo.ts";

const KEEPS = "Keep the work of joined branches reachable";

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

type Repo = Pick<WorkRepo, "git" | "commonDir">;

/** Moves a local ref to a commit that keeps these reachable, beside all that it kept before. */
export async function keepReachable(repo: Repo, ref: string, commits: readonly string[]): Promise<void> {
  const { git, commonDir } = repo;
  if ((await quickFor(repo))?.keep(commonDir, ref, commits, KEEPS)) return;
  const found = await git(["rev-parse", "--verify", "--quiet", ref], { accept: [1] });
  const before = found.exitCode === 0 ? found.stdout.toString().trim() : null;
  await git(["update-ref", ref, await retainedCommit(git, before, commits), before ?? ""]);
}

/** Deletes local refs, whatever they hold. */
export async function dropRefs(repo: Repo, refs: readonly string[]): Promise<void> {
  const quick = await quickFor(repo);
  const left = quick ? quick.drop(repo.commonDir, refs) : refs;
  if (left.length === 0) return;
  await repo.git(["update-ref", "--stdin"], { input: left.map((ref) => `delete ${ref}\n`).join("") });
}
