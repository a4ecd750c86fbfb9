/**
 * Where GitHub's own rule is not certain, or the product has yet to meet it: a test says which one holds. Everything that
 * is certain and met has no option.
 */
export interface Policy {
  /**
   * `uses: $/…`. GitHub takes it from runner 2.336.0 on and never without a path; the oldest runner that it still
   * registers is 2.329.0, and that one refuses every form.
   */
  readonly selfReferences: "taken" | "refused";
  /**
   * Which refs a token without `workflows` may not put on a commit whose workflow files are not the default branch's.
   * Branches are known to be judged (flutter#184832, next.js#94596). Other namespaces are not known.
   */
  readonly workflowsRight: "branches" | "every ref";
}

export const POLICY: Policy = { selfReferences: "taken", workflowsRight: "branches" };
