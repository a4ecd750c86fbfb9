import { reachableFromStart } from "../facts/flow.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "reachability",
  severity: "error",
  title: "Every node can be reached",
  explain:
    "A node that no path from the start reaches never runs: usually an edge is missing or points elsewhere. Retry targets count as reached. A node without any edge is only a warning: it does no harm, and graphs use such nodes as notes. Where no exit at all can be reached every one of them is an error: no run could end well.",
  fix: "Draw the edge that leads to the node, or delete the node.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  review [prompt="Look at it"]
  start -> work
  work -> exit [condition="outcome=success"]
  review -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  review [prompt="Look at it"]
  start -> work -> review
  review -> exit [condition="outcome=success"]
}`,
  *check(context): Iterable<LintFinding> {
    // A misspelt target cuts off all that lies behind it; that one mistake is enough to report.
    if (context.starts.length === 0 || context.numbers.dangling) return;
    const reached = context.once(reachableFromStart);
    if (!reached.includes(0)) return;
    const isReached = (id: string): boolean => reached[context.numbers.index.get(id)!] === 1;
    const endless = !context.exits.some(({ id }) => isReached(id));
    for (const node of context.nodes) {
      if (isReached(node.id) || context.handler(node.id) === "start") continue;
      const alone = context.out(node.id).length === 0 && context.into(node.id).length === 0;
      const severity = alone && !(endless && context.handler(node.id) === "exit") ? "warning" : "error";
      yield { message: `${node.id} cannot be reached from ${context.starts[0]!.id}`, node, severity };
    }
  },
};
