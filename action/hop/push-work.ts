/**
 * Work that GitHub's API does not put on a branch, pushed by git: with the job's own token, which may move a branch that has
 * these workflow files already, then with the user's. With the user's right no workflow file comes to a branch that is on none
 * yet: a stage or a fork could have written it, and GitHub would run it with the repository's secrets (docs/decisions/162).
 */
import type { BodyOf } from "../../engine/core/events.ts";
import { isAncestor } from "../../engine/git/objects.ts";
import type { Git } from "../../engine/git/process.ts";
import { fetchRef, listRefs, type RefUpdate } from "../../engine/git/refs.ts";
import { messageOf } from "../../engine/message-of.ts";
import type { JobPorts } from "../ports.ts";
import type { Remote } from "./remote.ts";

/** Null once it is there, else why not. */
export async function pushWork(
  { remote, inputs }: Pick<JobPorts, "remote" | "inputs">,
  started: BodyOf<"run_started">,
  update: RefUpdate,
): Promise<string | null> {
  const own = await outcome(remote.move([update]));
  if (own === null || inputs.pullRequestToken === "" || update.to === null) return own;
  if (!(await bringsNoWorkflow(remote, started, update.to)))
    return "pull-request-token was not used: the work changes workflow files, or began on no branch of this repository, so a person looks at it first";
  return await outcome(remote.move([update], inputs.pullRequestToken));
}

const outcome = async (move: Promise<void>): Promise<string | null> => {
  try {
    await move;
    return null;
  } catch (error) {
    return messageOf(error);
  }
};

async function bringsNoWorkflow(
  remote: Remote,
  { base_sha: base, github }: BodyOf<"run_started">,
  commit: string,
): Promise<boolean> {
  const { repo } = remote;
  if (base === undefined) return false;
  if ((await workflowsAt(repo.git, base)) !== (await workflowsAt(repo.git, commit))) return false;
  const began = [github?.head_ref, github?.workflow_ref?.replace(/^refs\/heads\//, "")];
  for (const branch of began) {
    if (branch === undefined) continue;
    const tip = await fetchRef(repo, `refs/heads/${branch}`, "refs/seen/began-on", "whole");
    if (tip !== null && (await isAncestor(repo.git, base, tip))) return true;
  }
  return [...(await listRefs(repo, "refs/heads/")).values()].includes(base);
}

/** The tree of workflow files; empty when there is none. */
async function workflowsAt(git: Git, commit: string): Promise<string> {
  const { stdout } = await git(["rev-parse", "--verify", "--quiet", `${commit}:.github/workflows`], {
    accept: [1, 128],
  });
  return stdout.toString().trim();
}
