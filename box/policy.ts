/**
 * Where GitHub's own rule is not known: a test says which one holds, and the product must do well under each.
 */
export interface Policy {
  /**
   * Which refs a token without `workflows` may not put on a commit whose workflow files are not the default branch's.
   * Branches are known to be judged (flutter#184832, next.js#94596). Other namespaces are not known.
   */
  readonly workflowsRight: "branches" | "every ref";
}

export const POLICY: Policy = { workflowsRight: "branches" };
