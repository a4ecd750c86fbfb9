import { attrOf, textOf } from "../../attributes.ts";
import { acceleratorOf, normalizeLabel } from "../../labels.ts";
import type { GraphEdge } from "../../model.ts";
import { nearestWord } from "../../nearest.ts";
import { admits } from "../facts/outcomes.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "default_choice_offered",
  severity: "error",
  title: "The default of a gate is one of its choices",
  explain:
    "human.default_choice is taken when nobody answered in time. It names a choice by its label, its key or its target. One that names none is found out when the time is over: the gate then fails, after the whole wait.",
  fix: "Write the label of one of the edges that leave the gate.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  ship [shape=hexagon, timeout="1h", human.default_choice="Hold"]
  work [prompt="Do it"]
  start -> work -> ship
  ship -> exit [label="[Y] Yes"]
  ship -> work [label="[N] No"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  ship [shape=hexagon, timeout="1h", human.default_choice="No"]
  work [prompt="Do it"]
  start -> work -> ship
  ship -> exit [label="[Y] Yes"]
  ship -> work [label="[N] No"]
}`,
  *check({ ofType, out, condition }): Iterable<LintFinding> {
    for (const node of ofType("wait.human")) {
      const attr = attrOf(node.attrs, "human.default_choice");
      const choices = out(node.id).filter((edge) => admits(condition(edge), "success"));
      if (attr === undefined || choices.length === 0 || isOffered(attr.value, choices)) continue;
      const labels = choices.map(labelOf);
      const near = nearestWord(attr.value, labels);
      const offered = labels.map((label) => JSON.stringify(label)).join(", ");
      const message = `human.default_choice ${JSON.stringify(attr.value)} is none of the choices of ${node.id}: ${offered}`;
      yield { message, at: attr.valueAt, node, ...(near === null ? {} : { fix: `write ${near}` }) };
    }
  },
};

const labelOf = (edge: GraphEdge): string => textOf(edge.attrs, "label") || edge.to;

/** As an answer is matched: by the label, the target or the key, where exactly one choice has it. */
function isOffered(given: string, choices: readonly GraphEdge[]): boolean {
  const wanted = given.trim();
  const one = (fits: (edge: GraphEdge) => boolean): boolean => choices.filter(fits).length === 1;
  return (
    one((edge) => normalizeLabel(labelOf(edge)) === normalizeLabel(wanted) || labelOf(edge) === wanted) ||
    one(({ to }) => to === wanted) ||
    one((edge) => acceleratorOf(labelOf(edge)).toLowerCase() === wanted.toLowerCase())
  );
}
