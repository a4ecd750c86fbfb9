/** Work that is on no ref of GitHub: a git bundle among the job's results, and the commands that bring it into a clone. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { holdsSecret } from "../../engine/git/holds-secret.ts";
import { resultFolder } from "../output/result-folder.ts";
import type { RefusedFrom, WorkPorts } from "./rejected-from.ts";

const BRANCH = "refs/heads/attractor-work";
export const BUNDLE = "work.bundle";

type BundledFrom = Pick<RefusedFrom, "started" | "bring">;

export async function bundleWork(
  { job, remote, secrets }: Pick<WorkPorts, "job" | "remote" | "secrets">,
  from: BundledFrom,
  commit: string | null,
  file: string,
): Promise<void> {
  const { git } = remote.repo;
  const base = from.started.base_sha;
  if (commit === null || commit === base) throw new Error("no stage committed anything");
  await from.bring(commit);
  if (base !== undefined) await remote.fetchCommits([base]);
  const above = base === undefined ? [commit] : [commit, `^${base}`];
  if (await holdsSecret(git, above, secrets))
    throw new Error(
      "it holds a secret of this job, and an artifact is read by whoever may read the repository",
    );
  const folder = resultFolder(job);
  await mkdir(folder, { recursive: true });
  await git(["update-ref", BRANCH, commit]);
  await git(["bundle", "create", "--quiet", join(folder, file), BRANCH, ...above.slice(1)]);
}

/** Two commands: the download is a folder's content, beside which the fetch finds the file. */
export const fetchBundle = (runId: string, artifact: string, file: string): readonly [string, string] => [
  `gh run download ${runId} --name ${artifact}`,
  `git fetch ${file} ${BRANCH}:attractor-work`,
];
