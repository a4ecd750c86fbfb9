import { attrOf } from "../../attributes.ts";
import { literalsOf } from "../../condition.ts";
import { nearestStatus } from "../../statuses.ts";
import { readsOutcome } from "../facts/outcomes.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

const EXACT: ReadonlySet<string> = new Set(["=", "!=", "in"]);

export const rule: BuiltInRule = {
  code: "custom_outcome_near_miss",
  severity: "error",
  title: "Statuses are spelt right",
  explain:
    "A stage may end with an outcome of its own and route by it, so outcome=sucess is a condition like any other: one that never holds. A word this close to a known status is taken for a slip. The known ones are success, partial_success, retry, fail and skipped (ok, failure, error and skip are read as them).",
  fix: "Write the known status, or choose an outcome that does not look like one.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  start -> work
  work -> exit [condition="outcome=sucess"]
  work -> work [condition="outcome=fail"]
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
  *check({ conditional, condition, within }): Iterable<LintFinding> {
    for (const edge of conditional) {
      for (const clause of condition(edge)?.clauses ?? []) {
        const attr = attrOf(edge.attrs, "condition");
        if (attr === undefined || !readsOutcome(clause) || !EXACT.has(clause.op)) continue;
        for (const literal of literalsOf(clause)) {
          const near = nearestStatus(literal);
          if (near === null) continue;
          const message = `${JSON.stringify(literal)} is no status; did you mean ${near}?`;
          const fix = clause.op === "in" ? `write ${near}` : `write outcome${clause.op}${near}`;
          yield { message, at: within(attr, clause.valueOffset), edge, fix };
        }
      }
    }
  },
};
