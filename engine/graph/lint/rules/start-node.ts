import { RULE_ORIGIN } from "../origin.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "start_node",
  severity: "error",
  title: "Exactly one start",
  explain:
    "A run begins at one node: the one with shape Mdiamond (or circle, or type start), or a node called start without a shape of its own. With none the run has no beginning, with several nobody could say which.",
  fix: "Give one node shape=Mdiamond, and every other node another shape.",
  bad: `digraph g {
  exit [shape=Msquare]
  work [prompt="Do it"]
  work -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  *check({ starts, nodes, handler }): Iterable<LintFinding> {
    const named = nodes.find(
      ({ id }) => id.length === 5 && id.toLowerCase() === "start" && handler(id) !== "start",
    );
    if (starts.length === 0) {
      const hint = named === undefined ? {} : { node: named };
      const shaped = named === undefined ? "" : `; ${named.id} has another shape or type`;
      yield { message: `the graph has no start node${shaped}`, at: named?.at ?? RULE_ORIGIN, ...hint };
    }
    for (const node of starts.slice(1)) {
      yield { message: `${node.id} is a second start node; ${starts[0]!.id} is the first`, node };
    }
  },
};
