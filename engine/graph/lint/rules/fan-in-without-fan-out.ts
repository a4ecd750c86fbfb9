import { reach } from "../facts/digraph.ts";
import { flowOf } from "../facts/flow.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "fan_in_without_fan_out",
  severity: "error",
  title: "A fan-in follows a fan-out",
  explain:
    "A fan-in brings together what a fan-out started. No fan-out leads to this one: several plain edges out of one stage do not start branches, only one of them is taken, and the fan-in would find no results.",
  fix: "Give the node that splits the work shape=component.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  plan [prompt="Plan it"]
  a [prompt="One way"]
  b [prompt="Another way"]
  join [shape=tripleoctagon, retry_target="plan"]
  start -> plan -> {a b} -> join
  join -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  plan [prompt="Plan it"]
  split [shape=component]
  a [prompt="One way"]
  b [prompt="Another way"]
  join [shape=tripleoctagon, retry_target="plan"]
  start -> plan -> split -> {a b} -> join
  join -> exit [condition="outcome=success"]
}`,
  *check(context): Iterable<LintFinding> {
    const fanIns = context.ofType("parallel.fan_in");
    if (fanIns.length === 0) return;
    const { index } = context.numbers;
    const reached = reach(
      context.once(flowOf),
      context.ofType("parallel").map(({ id }) => index.get(id)!),
    );
    for (const node of fanIns) {
      if (reached[index.get(node.id)!] !== 1)
        yield { message: `no fan-out leads to the fan-in ${node.id}`, node };
    }
  },
};
