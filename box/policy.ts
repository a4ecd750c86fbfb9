/**
 * Where GitHub's own rule is not known: a test says which one holds, and the product must do well under each.
 */
export interface Policy {
  /**
   * Which refs a token without `workflows` may not put on a commit whose workflow files are not the default branch's.
   * Branches are known to be judged (flutter#184832, next.js#94596). Other namespaces are not known.
   */
  readonly workflowsRight: "branches" | "every ref";
  /**
   * Whether the end of a run that a job's token dispatched starts workflows `on: workflow_run`, as other runs' ends do.
   * Apps hear of it either way.
   */
  readonly dispatchedRuns: "told" | "silent";
  /** Whether a job's token with `actions: write` may enable and disable workflows. */
  readonly workflowsByJobs: "allowed" | "refused";
}

export const POLICY: Policy = {
  workflowsRight: "branches",
  dispatchedRuns: "told",
  workflowsByJobs: "allowed",
};
