import { FIDELITIES } from "../../attributes/kinds.ts";
import { attrOf } from "../../attributes.ts";
import type { Attrs } from "../../model.ts";
import { nearestWord } from "../../nearest.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "fidelity_valid",
  severity: "warning",
  title: "The fidelity mode is known",
  explain:
    "Fidelity says how much earlier context a stage's model is given. A value that is not known counts as not written, and the next level decides: edge, node, graph, compact.",
  fix: `Write one of ${FIDELITIES.join(", ")}.`,
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it", fidelity="summary"]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it", fidelity="summary:low"]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  *check({ graph, having, edgesHaving }): Iterable<LintFinding> {
    yield* odd(graph.attrs, "default_fidelity");
    for (const node of having("fidelity"))
      for (const finding of odd(node.attrs, "fidelity")) yield { ...finding, node };
    for (const edge of edgesHaving("fidelity"))
      for (const finding of odd(edge.attrs, "fidelity")) yield { ...finding, edge };
  },
};

function odd(attrs: Attrs, name: string): LintFinding[] {
  const attr = attrOf(attrs, name);
  if (attr === undefined || (FIDELITIES as readonly string[]).includes(attr.value.trim())) return [];
  const near = nearestWord(attr.value, FIDELITIES);
  const meant = near === null ? "" : `; did you mean ${near}?`;
  return [{ message: `${JSON.stringify(attr.value)} is no fidelity mode${meant}`, at: attr.valueAt }];
}
