import { graphRetryTargets, retryTargets } from "../facts/flow.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "fan_in_unconditional_only",
  severity: "warning",
  title: "A failed fan-in has a way out",
  explain:
    "A fan-in fails when all branches failed, a merge conflicts or the policy is missed. A failed fan-in never takes an edge without a condition: work would go on without the branches' results. With only such edges and no retry target, the run ends there.",
  fix: 'Add an edge with condition="outcome=fail", or a retry_target.',
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  split [shape=component]
  a [prompt="One way"]
  b [prompt="Another way"]
  join [shape=tripleoctagon]
  check [prompt="Check the winner"]
  start -> split
  split -> a -> join
  split -> b -> join
  join -> check
  check -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  split [shape=component]
  a [prompt="One way"]
  b [prompt="Another way"]
  join [shape=tripleoctagon]
  check [prompt="Check the winner"]
  start -> split
  split -> a -> join
  split -> b -> join
  join -> check [condition="outcome=success"]
  join -> exit [condition="outcome=fail"]
  check -> exit [condition="outcome=success"]
}`,
  *check(context): Iterable<LintFinding> {
    if (graphRetryTargets(context).length > 0) return;
    for (const node of context.ofType("parallel.fan_in")) {
      if (retryTargets(context, node.attrs).length > 0) continue;
      const edges = context.out(node.id);
      if (edges.length === 0 || !edges.every(context.unconditional)) continue;
      yield { message: `when ${node.id} fails, no edge takes that and there is no retry target`, node };
    }
  },
};
