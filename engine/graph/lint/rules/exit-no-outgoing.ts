import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "exit_no_outgoing",
  severity: "error",
  title: "Nothing follows an exit",
  explain: "A run ends at an exit; an edge out of it would never be taken.",
  fix: "Delete the edge, or give the node another shape when work goes on after it.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  start -> work
  work -> exit [condition="outcome=success"]
  exit -> work
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  *check({ exits, out }): Iterable<LintFinding> {
    for (const exit of exits) {
      for (const edge of out(exit.id)) yield { message: `an edge leaves the exit ${exit.id}`, edge };
    }
  },
};
