import { reach, reversed } from "../facts/digraph.ts";
import { flowOf, graphRetryTargets, reachableFromStart } from "../facts/flow.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "no_way_to_exit",
  severity: "warning",
  title: "An exit can be reached from everywhere",
  explain:
    "A run that succeeds ends at an exit. A stage from which no path leads there is a dead end, and a dead end is never a success: the run fails when it gets there, however well the stage did.",
  fix: "Draw the edge that leads on.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  report [prompt="Say what was done"]
  start -> work
  work -> exit [condition="outcome=success"]
  work -> report [condition="outcome=fail"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  report [prompt="Say what was done"]
  start -> work
  work -> exit [condition="outcome=success"]
  work -> report [condition="outcome=fail"]
  report -> exit [condition="outcome=success"]
}`,
  *check(context): Iterable<LintFinding> {
    if (context.exits.length === 0 || context.numbers.dangling || graphRetryTargets(context).length > 0)
      return;
    const { index } = context.numbers;
    const exits = context.exits.map(({ id }) => index.get(id)!);
    const ending = reach(reversed(context.once(flowOf)), exits);
    if (!ending.includes(0)) return;
    const reached = context.once(reachableFromStart);
    for (const node of context.nodes) {
      const number = index.get(node.id)!;
      if (ending[number] === 1 || reached[number] === 0) continue;
      const dead = context.out(node.id).length === 0;
      const message = dead
        ? `no edge leaves ${node.id}, and it is no exit`
        : `no path leads from ${node.id} to an exit`;
      yield { message, node };
    }
  },
};
