import { attrOf } from "../../attributes.ts";
import { nearestWord } from "../../nearest.ts";
import { ENGINE_FAMILIES, ENGINE_KEYS, isMentioned } from "../facts/context-keys.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "condition_key_unset",
  severity: "info",
  title: "Somebody sets what a condition reads",
  explain:
    "A key that nobody sets is empty for ever, and the condition never changes. The engine sets the documented keys; a stage sets others by context_updates in its status file. This key is none of the engine's, and no prompt or command of the graph mentions it. A key that resembles one of the engine's is a warning.",
  fix: "Correct the key, or tell a stage in its prompt to set it.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it"]
  start -> work
  work -> exit [condition="context.reviewed=yes"]
  work -> work [condition="context.reviewed!=yes"]
}`,
  good: `digraph g {
  max_node_visits=5
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [prompt="Do it, review it, and set the context value reviewed to yes when nothing is left"]
  start -> work
  work -> exit [condition="context.reviewed=yes"]
  work -> work [condition="context.reviewed!=yes"]
}`,
  *check(context): Iterable<LintFinding> {
    const judged = new Set<string>(ENGINE_KEYS);
    for (const edge of context.conditional) {
      for (const clause of context.condition(edge)?.clauses ?? []) {
        const key = clause.key.replace(/^context\./, "");
        if (judged.has(key) || ENGINE_FAMILIES.test(key)) continue;
        judged.add(key);
        if (isMentioned(context, key)) continue;
        const near = nearestWord(key, ENGINE_KEYS);
        const at = context.within(attrOf(edge.attrs, "condition")!, clause.offset);
        if (near === null) {
          yield { message: `nothing in the graph sets ${clause.key}`, at, edge };
        } else {
          yield {
            message: `nothing sets ${clause.key}; did you mean ${near}?`,
            at,
            edge,
            severity: "warning",
            fix: `write ${near}`,
          };
        }
      }
    }
  },
};
