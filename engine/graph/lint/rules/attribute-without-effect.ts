import { attributeProblems } from "../facts/attributes.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "attribute_without_effect",
  severity: "warning",
  title: "Attributes stand on nodes that read them",
  explain:
    "A known attribute on a node of another kind does nothing: a prompt on a diamond is never asked, a tool_command on an agent stage is never run. Usually the shape is not the one that was meant. Attributes from node [...] defaults are not counted, since they are meant for some of the nodes.",
  fix: "Give the node the shape that the attribute belongs to, or remove the attribute.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  check [shape=diamond, prompt="Is it good?"]
  start -> work -> check
  check -> exit [condition="outcome=success"]
  check -> work [condition="outcome!=success"]
}`,
  good: `digraph g {
  max_node_visits=5
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  check [prompt="Is it good?"]
  start -> work -> check
  check -> exit [condition="outcome=success"]
  check -> work [condition="outcome!=success"]
}`,
  *check(context): Iterable<LintFinding> {
    for (const { attr, row, node, handler } of context.once(attributeProblems).idle) {
      // Privileges have a rule of their own, and it is an error.
      if (node === undefined || row.name === "privileged") continue;
      const readers = row.handlers!.join(", ");
      const message = `${attr.key} has no effect on ${node.id}, a node of type ${handler}; ${readers} read it`;
      yield { message, at: attr.keyAt, node };
    }
  },
};
