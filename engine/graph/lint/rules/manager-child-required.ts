import { textOf } from "../../attributes.ts";
import { readBoolean } from "../../compile/read.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "manager_child_required",
  severity: "error",
  title: "A manager loop has a child",
  explain:
    "A manager loop starts and watches another graph. Without stack.child_dotfile there is nothing to start. A child that somebody else starts is watched with stack.child_autostart=false.",
  fix: "Name the child's graph in stack.child_dotfile, on the node or on the graph.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  watch [shape=house]
  start -> watch
  watch -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  watch [shape=house, stack.child_dotfile="child.dot"]
  start -> watch
  watch -> exit [condition="outcome=success"]
}`,
  *check({ graph, ofType }): Iterable<LintFinding> {
    if (textOf(graph.attrs, "stack.child_dotfile") !== null) return;
    for (const node of ofType("stack.manager_loop")) {
      if (textOf(node.attrs, "stack.child_dotfile") !== null) continue;
      if (readBoolean(node.attrs, "stack.child_autostart") === false) continue;
      yield { message: `the manager loop ${node.id} names no child graph`, node };
    }
  },
};
