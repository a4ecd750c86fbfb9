/** The run's work under a branch that people see, when the app ends it: forward from where it stands, or not at all (R-GH-12). */
import { type RunState, TRUNK } from "../engine/core/state.ts";
import { type GitData, statusOf } from "./ledger/git-data.ts";

/** Where a rule or somebody else's commits are in the way, the work stays at the run's own ref. */
export async function publishWork(
  git: Pick<GitData, "createRef" | "moveRef">,
  state: RunState,
): Promise<void> {
  const branch = state.started?.run_branch;
  const commit = state.scopes.get(TRUNK)?.commit;
  if (!state.ended || !branch || !commit || commit === state.started?.base_sha) return;
  const ref = `refs/heads/${branch}`;
  try {
    if ((await git.createRef(ref, commit)) === "exists") await git.moveRef(ref, commit);
  } catch (error) {
    if (statusOf(error) !== 403 && statusOf(error) !== 409) throw error;
  }
}
