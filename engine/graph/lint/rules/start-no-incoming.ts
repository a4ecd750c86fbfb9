import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "start_no_incoming",
  severity: "error",
  title: "Nothing leads back to the start",
  explain:
    "The start is where a run begins and does no work. A loop goes back to the first stage, not to the start.",
  fix: "Point the edge at the first stage after the start.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  start -> work
  work -> exit [condition="outcome=success"]
  work -> start [condition="outcome=fail"]
}`,
  good: `digraph g {
  max_node_visits=5
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  start -> work
  work -> exit [condition="outcome=success"]
  work -> work [condition="outcome=fail"]
}`,
  *check({ starts, into }): Iterable<LintFinding> {
    for (const start of starts) {
      for (const edge of into(start.id)) {
        yield { message: `${edge.from} leads back to the start ${start.id}`, at: edge.toAt, edge };
      }
    }
  },
};
