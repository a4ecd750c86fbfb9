import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "case_twin_ids",
  severity: "warning",
  title: "Ids differ in more than case",
  explain:
    "Every stage has a folder of its own name. On file systems that do not tell upper from lower case, two stages called Review and review share one, and each overwrites the other's status and logs.",
  fix: "Rename one of the two.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  Review [prompt="Look at the code"]
  review [prompt="Look at the tests"]
  start -> Review -> review
  review -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  review_code [prompt="Look at the code"]
  review_tests [prompt="Look at the tests"]
  start -> review_code -> review_tests
  review_tests -> exit [condition="outcome=success"]
}`,
  *check({ nodes }): Iterable<LintFinding> {
    // The ids differ, so two that are alike but for the case have a capital between them.
    if (nodes.every(({ id }) => id === id.toLowerCase())) return;
    const seen = new Map<string, string>();
    for (const node of nodes) {
      const folded = node.id.toLowerCase();
      const twin = seen.get(folded);
      if (twin === undefined) seen.set(folded, node.id);
      else yield { message: `${node.id} and ${twin} differ only in case`, node };
    }
  },
};
