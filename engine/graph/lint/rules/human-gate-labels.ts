import { textOf } from "../../attributes.ts";
import { normalizeLabel } from "../../labels.ts";
import type { GraphEdge } from "../../model.ts";
import type { BuiltInRule, Finding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "human_gate_labels",
  severity: "warning",
  title: "A human gate offers clear choices",
  explain:
    "The choices at a gate are the labels of its edges. Without labels a person sees node ids, two equal labels cannot be told apart in an answer, and a gate without edges offers nothing. A choice that an edge with a condition stands for may not be open when the person makes it.",
  fix: 'Label every edge, for instance [label="[A] Approve"], each differently.',
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  ship [shape=hexagon, label="Ship it?"]
  work [prompt="Do it"]
  start -> work -> ship
  ship -> exit [label="Yes"]
  ship -> work
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  ship [shape=hexagon, label="Ship it?"]
  work [prompt="Do it"]
  start -> work -> ship
  ship -> exit [label="[Y] Yes"]
  ship -> work [label="[N] No"]
}`,
  *check({ ofType, out }): Iterable<Finding> {
    for (const node of ofType("wait.human")) {
      const edges = out(node.id);
      if (edges.length === 0)
        yield { message: `no edge leaves the human gate ${node.id}: nothing can be chosen`, node };
      yield* odd(edges);
    }
  },
};

function* odd(edges: readonly GraphEdge[]): Iterable<Finding> {
  const seen = new Set<string>();
  for (const edge of edges) {
    const label = normalizeLabel(textOf(edge.attrs, "label") ?? "");
    const gate = edge.from;
    if (label === "") yield { message: `the choice of ${edge.to} at ${gate} has no label`, edge };
    else if (seen.has(label))
      yield { message: `two choices at ${gate} are called ${JSON.stringify(label)}`, edge };
    seen.add(label);
  }
}
