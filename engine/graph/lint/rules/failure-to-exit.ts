import { onlyOnFailure } from "../facts/outcomes.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "failure_to_exit",
  severity: "info",
  title: "A failure does not lead straight into an exit",
  explain:
    "An edge that is taken only after a failure leads to an exit, with nothing between. No other program agrees on what that means; here such a run ends as failed, with the reason and the class of that failure and exit code 1. A check of the toolchain right after the start is meant so, and is not reported.",
  fix: "Keep it when the run should fail there; else lead the failure to a stage that fixes it or cleans up.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  start -> work
  work -> exit [condition="outcome=success"]
  work -> exit [condition="outcome=fail"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  tidy [prompt="Say what is missing, and leave the tree clean"]
  start -> work
  work -> exit [condition="outcome=success"]
  work -> tidy [condition="outcome=fail"]
  tidy -> exit [condition="outcome=success"]
}`,
  *check({ exits, into, condition, handler }): Iterable<LintFinding> {
    for (const exit of exits) {
      for (const edge of into(exit.id)) {
        if (!onlyOnFailure(condition(edge))) continue;
        const first = into(edge.from);
        const checksTools =
          handler(edge.from) === "tool" && first.every(({ from }) => handler(from) === "start");
        if (checksTools) continue;
        yield { message: `when ${edge.from} fails, ${exit.id} ends the run, and ends it as failed`, edge };
      }
    }
  },
};
