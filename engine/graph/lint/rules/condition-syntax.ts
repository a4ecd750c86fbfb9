import { attrOf } from "../../attributes.ts";
import { parseCondition } from "../../condition.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "condition_syntax",
  severity: "error",
  title: "Conditions can be read",
  explain:
    "A condition is clauses joined by && and ||, with ! for not and parentheses. A clause is a bare key that must be true, or a key and a literal with one of = != < <= > >= contains matches in between. Keys are outcome, preferred_label, context.<name> or another dotted name. The same holds for manager.stop_condition. docs/reference/conditions.md says exactly what each means.",
  fix: "Join clauses with && or ||, and put literals that hold an operator in quotes.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  start -> work
  work -> exit [condition="outcome=success or outcome=partial_success"]
  work -> work [condition="outcome=fail"]
}`,
  good: `digraph g {
  max_node_visits=5
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  start -> work
  work -> exit [condition="outcome=success || outcome=partial_success"]
  work -> work [condition="outcome=fail"]
}`,
  *check(context): Iterable<LintFinding> {
    for (const edge of context.conditional) {
      const attr = attrOf(edge.attrs, "condition");
      const parsed = context.conditionText(edge);
      if (attr === undefined || parsed === null || parsed.ok) continue;
      const at = context.within(attr, parsed.offset);
      yield { message: `the condition cannot be read: ${parsed.error}`, at, edge, fix: parsed.fix };
    }
    for (const node of context.having("manager.stop_condition")) {
      const attr = attrOf(node.attrs, "manager.stop_condition");
      const parsed = attr === undefined ? null : parseCondition(attr.value);
      if (attr === undefined || parsed === null || parsed.ok) continue;
      const at = context.within(attr, parsed.offset);
      yield { message: `the stop condition cannot be read: ${parsed.error}`, at, node, fix: parsed.fix };
    }
  },
};
