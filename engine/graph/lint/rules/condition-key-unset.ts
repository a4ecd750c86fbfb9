import { attrOf, textOf } from "../../attributes.ts";
import { nearestWord } from "../../nearest.ts";
import type { LintContext } from "../context.ts";
import type { BuiltInRule, Finding } from "../rule.ts";

const KEYS = [
  "outcome",
  "preferred_label",
  "failure_reason",
  "failure_class",
  "failure_signature",
  "failed_node",
  "previous_node",
  "current_node",
  "last_stage",
  "last_response",
  "tool.output",
  "tool_stdout",
];
const FAMILIES = /^(?:graph|input|internal|parallel|human\.gate|tool|stack|work|loop_restart)\./;

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
  *check(context): Iterable<Finding> {
    const judged = new Set<string>(KEYS);
    for (const edge of context.graph.edges) {
      for (const clause of context.condition(edge)?.clauses ?? []) {
        const key = clause.key.replace(/^context\./, "");
        if (judged.has(key) || FAMILIES.test(key)) continue;
        judged.add(key);
        const mentioned = context.once(wordsOfStages);
        if (key.split(/[.-]/).every((word) => mentioned.has(word))) continue;
        const near = nearestWord(key, KEYS);
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

function wordsOfStages({ graph }: LintContext): ReadonlySet<string> {
  const words = new Set<string>();
  const collect = (text: string | null): void => {
    for (const word of text?.match(/[A-Za-z0-9_]+/g) ?? []) words.add(word);
  };
  for (const { attrs } of graph.nodes.values()) for (const attr of attrs.values()) collect(attr.value);
  collect(textOf(graph.attrs, "goal"));
  collect(textOf(graph.attrs, "loop_restart_persist_keys"));
  return words;
}
