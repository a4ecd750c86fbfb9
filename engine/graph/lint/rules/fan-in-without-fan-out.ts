import { flowOf, reach } from "../facts/flow.ts";
import type { BuiltInRule, Finding } from "../rule.ts";

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
  *check(context): Iterable<Finding> {
    const { nodes, handler } = context;
    const flow = context.once(flowOf);
    const of = (kind: string): string[] => nodes.filter(({ id }) => handler(id) === kind).map(({ id }) => id);
    const reached = reach(
      flow,
      of("parallel").flatMap((id) => flow.index.get(id) ?? []),
    );
    for (const id of of("parallel.fan_in")) {
      if (reached.has(flow.index.get(id)!)) continue;
      yield { message: `no fan-out leads to the fan-in ${id}`, node: context.graph.nodes.get(id)! };
    }
  },
};
