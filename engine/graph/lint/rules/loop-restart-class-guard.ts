import { FAILURE_CLASSES } from "../../../failure/classes.ts";
import { readBoolean } from "../../compile/read.ts";
import { type Condition, judgeWith } from "../../condition.ts";
import { admits } from "../facts/outcomes.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "loop_restart_class_guard",
  severity: "warning",
  title: "A restart after a failure asks for its class",
  explain:
    "A restart throws the context away and begins again. After a failure that is allowed only when its class is transient_infra; any other class blocks the restart and ends the run. An edge that may be taken after a failure should therefore ask for the class, and another edge should take the rest.",
  fix: "Add context.failure_class=transient_infra to the condition, or outcome=success when the edge is meant for successes.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  start -> work
  work -> exit [condition="outcome=success"]
  work -> work [condition="outcome=fail", loop_restart=true]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  repair [prompt="Find out why it failed"]
  start -> work
  work -> exit [condition="outcome=success"]
  work -> work [condition="outcome=fail && context.failure_class=transient_infra", loop_restart=true]
  work -> repair [condition="outcome=fail && context.failure_class!=transient_infra"]
  repair -> exit [condition="outcome=success"]
}`,
  *check({ edgesHaving, condition }): Iterable<LintFinding> {
    for (const edge of edgesHaving("loop_restart")) {
      if (readBoolean(edge.attrs, "loop_restart") !== true) continue;
      const parsed = condition(edge);
      if (!admits(parsed, "fail")) continue;
      if (parsed !== null && isGuarded(parsed)) continue;
      const message = `the restart from ${edge.from} to ${edge.to} may follow a failure of any class`;
      yield { message, edge };
    }
  },
};

/** No class but transient_infra passes. */
const isGuarded = (condition: Condition): boolean =>
  FAILURE_CLASSES.every(
    (failure_class) =>
      failure_class === "transient_infra" ||
      judgeWith(condition, { outcome: "fail", failure_class }) === false,
  );
