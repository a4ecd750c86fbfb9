import { graphRetryTargets, retryTargets } from "../facts/flow.ts";
import { goalGates } from "../facts/goal-gates.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "goal_gate_has_retry",
  severity: "warning",
  title: "A goal gate has a retry target",
  explain:
    "When a run reaches an exit while a goal gate has not succeeded, it jumps to the gate's retry target. Without one on the node or on the graph, the run can only fail there.",
  fix: "Give the node retry_target, or the graph one for all.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it", goal_gate=true]
  start -> work -> exit
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it", goal_gate=true, retry_target="work"]
  start -> work -> exit
}`,
  *check(context): Iterable<LintFinding> {
    if (graphRetryTargets(context).length > 0) return;
    for (const node of context.once(goalGates)) {
      if (retryTargets(context, node.attrs).length > 0) continue;
      yield { message: `the goal gate ${node.id} has no retry target, its own or the graph's`, node };
    }
  },
};
