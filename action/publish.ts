/** The run's work under a branch that people see, at the end: forward from where it stands, or not at all (R-GH-12). */
import { pinnedConfig } from "../app/source.ts";
import { type RunState, TRUNK } from "../engine/core/state.ts";
import { codeRef, DEFAULT_REF_PREFIX, runBranch } from "../engine/git/names.ts";
import { isAncestor } from "../engine/git/objects.ts";
import { fetchRef } from "../engine/git/refs.ts";
import type { Held } from "./claim.ts";
import type { JobPorts } from "./ports.ts";

/** Says where the work is, or why it could not be put there; null when there is none. */
export async function publishBranch(
  { remote, job }: Pick<JobPorts, "remote" | "job">,
  { started, runId }: Pick<Held, "started" | "runId">,
  state: RunState,
): Promise<string | null> {
  const commit = state.scopes.get(TRUNK)?.commit ?? null;
  if (commit === null || commit === started.base_sha) return null;
  const { repo } = remote;
  const config = await pinnedConfig(started.github?.config_path ?? "", (path) =>
    remote.readFile(started.github?.graph_sha ?? job.sha, path),
  );
  const branch = runBranch(config.git.run_branch_prefix, runId);
  const kept = `it stays at ${codeRef(DEFAULT_REF_PREFIX, runId)}`;
  try {
    await remote.fetchCommits([commit]);
    const ref = `refs/heads/${branch}`;
    const from = await fetchRef(repo, ref, "refs/seen/published", "whole");
    if (from === commit) return `the work is on branch ${branch}`;
    if (from !== null && !(await isAncestor(repo.git, from, commit)))
      return `the work was not published: branch ${branch} has commits that the run has not seen; ${kept}`;
    await remote.move([{ ref, from, to: commit }]);
    return `the work is on branch ${branch}`;
  } catch (error) {
    return `the work was not published: ${error instanceof Error ? error.message : String(error)}; ${kept}`;
  }
}
