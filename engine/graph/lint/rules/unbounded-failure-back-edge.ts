import { textOf } from "../../attributes.ts";
import { readBoolean } from "../../compile/read.ts";
import type { GraphEdge } from "../../model.ts";
import type { LintContext } from "../context.ts";
import { loopsOf, visitsAreBounded } from "../facts/loops.ts";
import { onlyOnFailure, readsFailureClass, readsOutcome } from "../facts/outcomes.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "unbounded_failure_back_edge",
  severity: "warning",
  title: "The author bounds every way back after a failure",
  explain:
    "An edge back after a failure is taken as often as the work fails. When the graph sets no bound, only the engine's default stops it: eight failed ends of one stage without a success of its own, each turn of the loop paid for. A bound is max_node_visits or max_node_failures on the graph, a condition on a counter of the context, or loop_restart with its own limit.",
  fix: "Set max_node_visits or max_node_failures on the graph to what the work is worth.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  verify [shape=parallelogram, tool_command="./check.sh"]
  start -> work -> verify
  verify -> exit [condition="outcome=success"]
  verify -> work [condition="outcome=fail"]
}`,
  good: `digraph g {
  max_node_visits=5
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  verify [shape=parallelogram, tool_command="./check.sh"]
  start -> work -> verify
  verify -> exit [condition="outcome=success"]
  verify -> work [condition="outcome=fail"]
}`,
  *check(context): Iterable<LintFinding> {
    if (visitsAreBounded(context) || textOf(context.graph.attrs, "max_node_failures") !== null) return;
    const suspects = new Set(context.conditional.filter((edge) => unbounded(context, edge)));
    if (suspects.size === 0) return;
    for (const loop of loopsOf(context, () => true)) {
      const open = loop.edges.filter((edge) => suspects.has(edge));
      const edge = open[0];
      if (edge === undefined) continue;
      const others = open.length === 1 ? "" : ` (and ${open.length - 1} more on this loop)`;
      const message = `after a failure of ${edge.from} the run goes back to ${edge.to}${others}, and nothing in the graph bounds that`;
      yield { message, edge };
    }
  },
};

function unbounded(context: LintContext, edge: GraphEdge): boolean {
  const condition = context.condition(edge);
  if (!onlyOnFailure(condition) || readBoolean(edge.attrs, "loop_restart") === true) return false;
  return condition!.clauses.every((clause) => readsOutcome(clause) || readsFailureClass(clause));
}
