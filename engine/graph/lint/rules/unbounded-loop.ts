import { readBoolean } from "../../compile/read.ts";
import { loopsOf, visitsAreBounded } from "../facts/loops.ts";
import { onlyOnFailure } from "../facts/outcomes.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "unbounded_loop",
  severity: "warning",
  title: "A loop without failures is bounded",
  explain:
    "The engine stops loops by counting failures. A loop that goes round on successes or on outcomes of the author's own (outcome=rework) is not counted: only the default of 200 visits to one stage ends it, each turn paid for, unless a person decides in it or the graph sets max_node_visits.",
  fix: "Set max_node_visits on the graph.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  review [prompt="Approve, or end with the outcome rework"]
  start -> work -> review
  review -> work [condition="outcome=rework"]
  review -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  max_node_visits=5
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  review [prompt="Approve, or end with the outcome rework"]
  start -> work -> review
  review -> work [condition="outcome=rework"]
  review -> exit [condition="outcome=success"]
}`,
  *check(context): Iterable<LintFinding> {
    if (visitsAreBounded(context)) return;
    // A person who is asked in the loop bounds it; what remains must close without one.
    const asking = new Set(context.ofType("wait.human").map(({ id }) => id));
    const loops = loopsOf(
      context,
      (edge) =>
        !asking.has(edge.from) &&
        !onlyOnFailure(context.condition(edge)) &&
        readBoolean(edge.attrs, "loop_restart") !== true,
    );
    for (const { nodes, edges } of loops) {
      const edge = edges.at(-1)!;
      const names = [...nodes].slice(0, 4).join(", ");
      const more = nodes.size > 4 ? " and others" : "";
      yield {
        message: `the loop through ${names}${more} can go on without a failure, and nothing in the graph bounds that`,
        edge,
      };
    }
  },
};
