/** A folder without git still gets a run with branches: on a copy, in a repository of the run's own. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { WorkRepoError, workGit } from "../git/work-repo.ts";
import { workUser } from "../git/work-user.ts";
import { copyFolder } from "./copy-folder.ts";

export async function plainRepo(folder: string, root: string): Promise<string> {
  if (workUser() !== null)
    throw new WorkRepoError(
      `${folder} is no git repository (any more)`,
      "leave .git in the worktree alone: in a job stages work in a repository",
    );
  const copy = join(root, "source");
  if (await stat(join(copy, ".git")).catch(() => null)) return copy;
  await copyFolder(folder, root, copy);
  const git = workGit(copy);
  await git(["init", "--quiet", "--initial-branch=main"]);
  await git(["add", "--all"]);
  await git([
    "commit",
    "--quiet",
    "--allow-empty",
    "--no-verify",
    "--message=The folder as the run found it",
  ]);
  return copy;
}
