/** Where a job's stages work: a clone of its own beside the driver's repository, at the commit where its scope stands. */
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../../engine/config/schema.ts";
import { handOver } from "../../engine/git/handover.ts";
import { isAncestor } from "../../engine/git/objects.ts";
import { workGit } from "../../engine/git/work-repo.ts";
import { giveFolder } from "../../engine/git/work-user.ts";
import { openWorkspaces } from "../../engine/local/git-workspaces.ts";
import type { Workspaces } from "../../engine/local/workspaces.ts";
import type { JobPorts } from "../ports.ts";

export interface Workplace {
  /** The run folder of this job. */
  readonly root: string;
  /** The repository as it is before any stage. */
  readonly clone: string;
  readonly workspaces: Workspaces;
  /** Brings commits of the workplace into the driver's repository, so that they can be pushed. */
  collect(commit: string): Promise<void>;
}

export async function openWorkplace(
  { job, remote, stages }: Pick<JobPorts, "job" | "remote" | "stages">,
  runId: string,
  config: Config,
  at: string,
  alsoNeeded: readonly string[],
): Promise<Workplace> {
  const place = stages?.place ?? job.temp;
  const root = join(place, "attractor-run");
  const clone = join(place, "attractor-clone");
  await mkdir(clone, { recursive: true });
  await giveFolder(clone);
  await mkdir(root, { recursive: true });
  // Stages reach their own folders in it and make none.
  await chmod(root, 0o755);
  const git = workGit(clone);
  await git(["init", "--quiet", "--initial-branch=attractor-base"]);
  const needed = [...new Set([at, ...alsoNeeded])];
  await remote.fetchCommits(needed);
  await handOver(remote.repo.git, git, needed, []);
  await git(["reset", "--quiet", "--hard", at]);
  const workspaces = await openWorkspaces({
    root,
    runId,
    workdir: clone,
    config: { ...config, git: { ...config.git, require_clean: false } },
    exempt: [],
  });
  let collected = at;
  return {
    root,
    clone,
    workspaces,
    async collect(commit) {
      if (await isAncestor(remote.repo.git, commit, collected)) return;
      await handOver(git, remote.repo.git, [commit], [collected]);
      collected = commit;
    },
  };
}
