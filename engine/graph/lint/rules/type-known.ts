import { attrOf } from "../../attributes.ts";
import { KNOWN_TYPES, REFUSED_TYPES } from "../../handlers.ts";
import { nearestWord } from "../../nearest.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "type_known",
  severity: "warning",
  title: "The type names a handler",
  explain:
    "An explicit type outranks the shape. A type that nobody registered falls back to the shape, and a node without one becomes work for a model.",
  fix: "Write a known type, or leave it out and let the shape decide. Programs that register handlers of their own pass their names.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  approve [type="wait.humans", label="Ship it?"]
  start -> approve
  approve -> exit [condition="outcome=success"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  approve [type="wait.human", label="Ship it?"]
  start -> approve
  approve -> exit [label="Yes"]
}`,
  *check({ having, customTypes }): Iterable<LintFinding> {
    for (const node of having("type")) {
      const type = attrOf(node.attrs, "type");
      if (type === undefined || KNOWN_TYPES.has(type.value) || REFUSED_TYPES.has(type.value)) continue;
      if (customTypes.has(type.value)) continue;
      const near = nearestWord(type.value, [...KNOWN_TYPES, ...customTypes]);
      const meant = near === null ? "" : `; did you mean ${near}?`;
      const fix = near === null ? {} : { fix: `write type="${near}"` };
      yield {
        message: `no handler is called ${JSON.stringify(type.value)}${meant}`,
        at: type.valueAt,
        node,
        ...fix,
      };
    }
  },
};
