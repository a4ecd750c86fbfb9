import { attrOf } from "../../attributes.ts";
import { parseInteger } from "../../values.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

const LIMITS = ["loop_restart_signature_limit", "max_restarts", "max_node_visits", "max_node_failures"];

export const rule: BuiltInRule = {
  code: "limit_below_one",
  severity: "error",
  title: "Limits are at least one",
  explain:
    "loop_restart_signature_limit, max_restarts, max_node_visits and max_node_failures end loops. Below 1 they would forbid the first turn or switch the bound off, and nobody can tell which was meant.",
  fix: "Write 1 or more, or leave the attribute out to get its default.",
  bad: `digraph g {
  max_restarts=0
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  max_restarts=1
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  start -> work
  work -> exit [condition="outcome=success"]
}`,
  *check({ graph }): Iterable<LintFinding> {
    for (const name of LIMITS) {
      const attr = attrOf(graph.attrs, name);
      const value = attr === undefined ? null : parseInteger(attr.value);
      if (attr === undefined || value === null || !value.ok || value.value >= 1) continue;
      yield { message: `${name} is ${value.value}`, at: attr.valueAt };
    }
  },
};
