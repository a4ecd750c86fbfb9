import { nearestWord } from "../../nearest.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

/** A graph that declares nothing has said so by then. */
const MOST = 50;

export const rule: BuiltInRule = {
  code: "edge_target_exists",
  severity: "error",
  title: "Edges join declared nodes",
  explain:
    "Graphviz makes a node of every name that an edge mentions. Here that would turn a slip of the keyboard into a stage for a model, so both ends of an edge must be declared.",
  fix: "Declare the node, or correct the name.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  start -> wrok
  work -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  *check({ graph, nodes, numbers }): Iterable<LintFinding> {
    if (!numbers.dangling) return;
    const ids = nodes.map((node) => node.id);
    const reported = new Set<string>();
    for (const edge of graph.edges) {
      for (const [id, at] of [[edge.from, edge.at] as const, [edge.to, edge.toAt] as const]) {
        if (graph.nodes.get(id)?.declared || reported.has(id)) continue;
        if (reported.size === MOST) return;
        reported.add(id);
        const near = nearestWord(id, ids);
        const meant = near === null ? "" : `; did you mean ${near}?`;
        const fix = near === null ? `declare it: ${id} [label="…"]` : `write ${near}, or declare ${id}`;
        yield { message: `${id} is not declared${meant}`, at, edge, fix };
      }
    }
  },
};
