/** The refs that GitHub keeps for a pull request: its head, and the test merge that `pull_request` workflows run on. */
import { writeCommit } from "../git/commits.ts";
import { git, gitText, tryGit } from "../git/run.ts";
import type { PullIssue } from "./shape.ts";

export async function refreshPullRefs({ number, repository, pull, createdAt }: PullIssue): Promise<void> {
  const { gitDir } = repository;
  if (pull.headRepository !== repository) {
    await git(gitDir, ["fetch", "--quiet", "--no-tags", pull.headRepository.gitDir, pull.headSha]);
  }
  await git(gitDir, ["update-ref", `refs/pull/${number}/head`, pull.headSha]);
  pull.baseSha = await gitText(gitDir, ["rev-parse", `refs/heads/${pull.baseBranch}`]);
  const merged = await tryGit(gitDir, ["merge-tree", "--write-tree", pull.baseSha, pull.headSha]);
  if (merged.code !== 0) {
    pull.mergeSha = null;
    return;
  }
  const signature = { name: "GitHub", email: "noreply@github.com", atMs: createdAt };
  pull.mergeSha = await writeCommit(gitDir, {
    tree: merged.stdout.toString().trim(),
    parents: [pull.baseSha, pull.headSha],
    author: signature,
    committer: signature,
    message: `Merge ${pull.headSha} into ${pull.baseSha}`,
  });
  await git(gitDir, ["update-ref", `refs/pull/${number}/merge`, pull.mergeSha]);
}
