import { textOf } from "../../attributes.ts";
import { normalizeLabel } from "../../labels.ts";
import type { GraphEdge } from "../../model.ts";
import { admits } from "../facts/outcomes.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "human_gate_labels",
  severity: "warning",
  title: "A human gate offers clear choices",
  explain:
    "The choices at a gate are the labels of its edges. Without labels a person sees node ids, two equal labels cannot be told apart in an answer, and a gate without edges offers nothing. Every edge is a choice, but one that waits for the gate to fail; a gate with nothing but those is an error. What the person chose is taken, whatever the condition of that edge says.",
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
  *check({ ofType, out, condition }): Iterable<LintFinding> {
    for (const node of ofType("wait.human")) {
      // An edge that waits for the gate to fail, as when nobody answers, is no choice.
      const choices = out(node.id).filter((edge) => admits(condition(edge), "success"));
      if (out(node.id).length === 0)
        yield { message: `no edge leaves the human gate ${node.id}: nothing can be chosen`, node };
      else if (choices.length === 0) {
        const message = `every edge of the human gate ${node.id} waits for a failure: nothing can be chosen`;
        yield { message, node, severity: "error" };
      }
      yield* odd(choices);
    }
  },
};

function* odd(edges: readonly GraphEdge[]): Iterable<LintFinding> {
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
