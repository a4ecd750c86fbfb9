import { FIDELITIES } from "../../attributes/kinds.ts";
import { attributeProblems } from "../facts/attributes.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "attribute_value",
  severity: "error",
  title: "Values have the right type",
  explain:
    "Whole numbers, booleans, durations and words from a list are read strictly: a value that does not fit would otherwise count as not written, and the run would go on with a default that nobody chose. Durations are a whole number and one of ms, s, m, h, d; keys that end in _ms hold milliseconds without a unit; a bare timeout counts seconds.",
  fix: "Write a value of the type that the attribute reference gives.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it", timeout="15 min", max_retries=many]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it", timeout="15m", max_retries=2]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  *check(context): Iterable<LintFinding> {
    for (const { attr, row, node, edge, error, fix } of context.once(attributeProblems).badValue) {
      // Fidelity has a rule of the specification's own.
      if (row.type.kind === "enum" && row.type.values === FIDELITIES) continue;
      const severity = row.type.kind === "enum" && row.type.open ? "warning" : "error";
      yield {
        severity,
        message: `${attr.key}: ${error}`,
        at: attr.valueAt,
        fix,
        ...(node === undefined ? {} : { node }),
        ...(edge === undefined ? {} : { edge }),
      };
    }
  },
};
