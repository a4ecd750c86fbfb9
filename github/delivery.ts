/** A run's work once the run is over: which commit it is, the branch that is its own, and how to have it where GitHub takes no branch. */
import { type RunState, TRUNK } from "../engine/core/state.ts";
import {
  codeRef,
  DEFAULT_BRANCH_PREFIX,
  DEFAULT_REF_PREFIX,
  runBranch,
  trunkRef,
} from "../engine/git/names.ts";
import type { NextStep } from "../engine/report/model.ts";

interface Made {
  readonly base: string;
  readonly commit: string;
}

/** What the run committed; null when that is nothing. */
export function workOf({ started, scopes }: RunState): Made | null {
  const commit = scopes.get(TRUNK)?.commit;
  const base = started?.base_sha;
  return started && base !== undefined && commit && commit !== base ? { base, commit } : null;
}

export const branchOf = (state: RunState, prefix: string = DEFAULT_BRANCH_PREFIX): string =>
  state.started?.run_branch ?? runBranch(prefix, state.runId);

/** Where nobody could be given a branch. `carried`: GitHub has no ref that holds the commits. */
export function fetchWork(state: RunState, { base, commit }: Made, carried: boolean): NextStep {
  const make = `git branch ${branchOf(state)} ${commit}`;
  const why = "have the work in your clone; push it as somebody who may change workflow files";
  if (!carried)
    return { command: `git fetch origin ${codeRef(DEFAULT_REF_PREFIX, state.runId)} && ${make}`, why };
  const log = trunkRef(DEFAULT_REF_PREFIX, state.runId);
  return {
    command: `git fetch origin ${base} ${log}:${log} && for f in $(git ls-tree -r --name-only ${log} work/); do git cat-file blob ${log}:$f > work.bundle && git bundle unbundle work.bundle || break; done && ${make}`,
    why,
  };
}

/** GitHub gives the right to write workflow files to no job's own token, whatever `permissions:` says. */
export const WANTED =
  "its workflow files are not those of the default branch, and GitHub wants the workflows right for that, which no job's own token can have. To let the next run publish: as pull-request-token a personal access token with the scope workflow, or an app's token with the permission Workflows: write";
