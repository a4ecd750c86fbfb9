import { RULE_ORIGIN } from "../origin.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "terminal_node",
  severity: "error",
  title: "At least one exit",
  explain:
    "A run ends at an exit: a node with shape Msquare (or doublecircle, or type exit), or one called exit or end without a shape of its own. Several exits are allowed; each is checked for goal gates alike.",
  fix: "Give the node at which the run ends shape=Msquare.",
  bad: `digraph g {
  start [shape=Mdiamond]
  work [prompt="Do it"]
  start -> work
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  *check({ exits }): Iterable<LintFinding> {
    if (exits.length === 0) yield { message: "the graph has no exit node", at: RULE_ORIGIN };
  },
};
