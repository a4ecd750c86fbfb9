import { componentsOf } from "../facts/components.ts";
import { flowOf, graphRetryTargets, retryTargets } from "../facts/flow.ts";
import { goalGates } from "../facts/goal-gates.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "goal_gate_cannot_retry",
  severity: "warning",
  title: "A retry leads back to the goal gate",
  explain:
    "After the jump to its retry target the run must come to the goal gate again, or the gate stays unsatisfied and every way to the exit ends in the same jump. The target lies behind the gate here, and nothing leads back.",
  fix: "Name a stage at or before the gate as retry_target.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it", goal_gate=true, retry_target="report"]
  report [prompt="Say what was done"]
  start -> work -> report
  report -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it", goal_gate=true, retry_target="work"]
  report [prompt="Say what was done"]
  start -> work -> report
  report -> exit [condition="outcome=success"]
}`,
  *check(context): Iterable<LintFinding> {
    const graphTarget = graphRetryTargets(context)[0];
    const gates = context.once(goalGates);
    if (gates.length === 0) return;
    const { index } = context.numbers;
    const components = componentsOf(context.once(flowOf));
    const component = (id: string): number => components[index.get(id)!]!;
    for (const node of gates) {
      const target = retryTargets(context, node.attrs)[0] ?? graphTarget;
      // The gate's own jump to the target puts both on one loop when the target leads back.
      if (target === undefined || component(target.value) >= component(node.id)) continue;
      const message = `nothing leads from the retry target ${target.value} back to the goal gate ${node.id}`;
      yield { message, at: target.valueAt, node };
    }
  },
};
