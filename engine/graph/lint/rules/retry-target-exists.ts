import { attrOf } from "../../attributes.ts";
import type { Attrs } from "../../model.ts";
import { nearestWord } from "../../nearest.ts";
import type { LintContext } from "../context.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

/** In a graph with more nodes than this a guess costs more than it helps. */
const MANY = 1000;
const TARGETS = ["retry_target", "fallback_retry_target"];

export const rule: BuiltInRule = {
  code: "retry_target_exists",
  severity: "warning",
  title: "Retry targets exist",
  explain:
    "retry_target and fallback_retry_target name the node to jump to after a failure. A name that no node has is passed over, and the failure ends the run.",
  fix: "Write the id of a declared node.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it", goal_gate=true, retry_target="wrok"]
  start -> work -> exit
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it", goal_gate=true, retry_target="work"]
  start -> work -> exit
}`,
  *check(context): Iterable<LintFinding> {
    yield* missing(context, context.graph.attrs);
    for (const node of new Set(TARGETS.flatMap(context.having)))
      for (const found of missing(context, node.attrs)) yield { ...found, node };
  },
};

function missing({ graph, nodes }: LintContext, attrs: Attrs): LintFinding[] {
  const found: LintFinding[] = [];
  for (const key of TARGETS) {
    const attr = attrOf(attrs, key);
    if (attr === undefined || graph.nodes.get(attr.value)?.declared) continue;
    const ids = nodes.map(({ id }) => id);
    const near = nearestWord(attr.value, nodes.length > MANY ? [] : ids);
    const meant = near === null ? "" : `; did you mean ${near}?`;
    found.push({ message: `${key} names ${attr.value}, which does not exist${meant}`, at: attr.valueAt });
  }
  return found;
}
