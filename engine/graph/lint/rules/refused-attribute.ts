import { attributeProblems } from "../facts/attributes.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "refused_attribute",
  severity: "error",
  title: "Attributes of other programs are not passed over",
  explain:
    "Some attributes of other programs have no counterpart here. Where the graph would run otherwise than it reads, as with loop_count, it is refused; where nothing depends on it, as with agent_tool, this is a warning. The attribute reference gives the reason for each.",
  fix: "Remove the attribute and write what it was for in the way that the reason names.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it", loop_count=3]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  max_node_visits=3
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  start -> work
  work -> exit [condition="outcome=success"]
  work -> work [condition="outcome=fail"]
}`,
  *check(context): Iterable<LintFinding> {
    for (const { attr, row, node, edge } of context.once(attributeProblems).refused) {
      if (row.support.is !== "refused") continue;
      yield {
        severity: row.support.severity,
        message: `${attr.key} is not supported: ${row.support.reason}`,
        at: attr.keyAt,
        ...(node === undefined ? {} : { node }),
        ...(edge === undefined ? {} : { edge }),
      };
    }
  },
};
