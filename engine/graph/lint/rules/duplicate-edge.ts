import { textOf } from "../../attributes.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "duplicate_edge",
  severity: "warning",
  title: "No edge is drawn twice",
  explain:
    "Two edges between the same nodes with the same condition and label are one way drawn twice; the second is never taken. Out of a fan-out it is worse: the same branch runs twice.",
  fix: "Delete one, or tell them apart by condition or label.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  start -> work
  work -> exit [condition="outcome=success"]
  work -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  start -> work
  work -> exit [condition="outcome=success"]
  work -> exit [condition="outcome=partial_success"]
}`,
  *check({ forks, out }): Iterable<LintFinding> {
    for (const node of forks) {
      const seen = new Set<string>();
      for (const edge of out(node.id)) {
        const { attrs, to } = edge;
        const way = JSON.stringify([to, textOf(attrs, "condition")?.trim(), textOf(attrs, "label")]);
        if (seen.has(way))
          yield { message: `the edge from ${node.id} to ${to} is drawn a second time`, edge };
        seen.add(way);
      }
    }
  },
};
