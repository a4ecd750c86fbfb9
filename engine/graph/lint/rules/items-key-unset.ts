import { attrOf } from "../../attributes.ts";
import { WORKERS } from "../../handler-type.ts";
import { readInputSpecs } from "../../input-specs.ts";
import type { GraphNode } from "../../model.ts";
import type { LintContext } from "../context.ts";
import { ENGINE_FAMILIES, ENGINE_KEYS, isMentioned } from "../facts/context-keys.ts";
import { reach, reversed } from "../facts/digraph.ts";
import { flowOf } from "../facts/flow.ts";
import type { BuiltInRule, LintFinding } from "../rule.ts";

export const rule: BuiltInRule = {
  code: "items_key_unset",
  severity: "warning",
  title: "Somebody sets the list of a fan-out",
  explain:
    "A fan-out with items starts one branch for each item of the list under that context key, and fails when there is none. A stage sets a key by context_updates in its status file. No prompt or command of this graph mentions the key. It is an error when no stage before the fan-out could set it, or when it names an input that is not declared.",
  fix: "Tell a stage before the fan-out, in its prompt or command, to set the key to a list.",
  bad: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  plan [prompt="Split the work"]
  each [shape=component, items="context.modules"]
  work [prompt="Do it"]
  join [shape=tripleoctagon]
  start -> plan -> each -> work -> join
  join -> exit [condition="outcome=success"]
  join -> plan [condition="outcome=fail"]
}`,
  good: `digraph g {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  max_node_visits=5
  plan [prompt="Split the work, and set the context value modules to the list of its parts"]
  each [shape=component, items="context.modules"]
  work [prompt="Do it"]
  join [shape=tripleoctagon]
  start -> plan -> each -> work -> join
  join -> exit [condition="outcome=success"]
  join -> plan [condition="outcome=fail"]
}`,
  *check(context): Iterable<LintFinding> {
    const inputs = new Set(readInputSpecs(context.graph.attrs).map(({ key }) => `input.${key}`));
    for (const node of context.ofType("parallel")) {
      const attr = attrOf(node.attrs, "items");
      const key = (attr?.value ?? "").replace(/^context\./, "");
      if (attr === undefined || key === "") continue;
      const found = { at: attr.valueAt, node };
      if (key.startsWith("input.")) {
        if (inputs.has(key)) continue;
        const fix = `write inputs="${key.slice("input.".length)}" on the graph`;
        yield { ...found, message: `items names ${key}, which is no declared input`, severity: "error", fix };
      } else if (ENGINE_KEYS.includes(key) || ENGINE_FAMILIES.test(key) || isMentioned(context, key)) {
      } else if (setsBefore(context, node))
        yield { ...found, message: `no stage is told to set ${key}, the items of ${node.id}` };
      else {
        const message = `no stage before ${node.id} can set ${key}, its items`;
        yield { ...found, message, severity: "error" };
      }
    }
  },
};

/** Whether a stage that could set a key lies on a way to the fan-out. */
function setsBefore(context: LintContext, fanOut: GraphNode): boolean {
  const { index } = context.numbers;
  const before = reach(context.once(backwards), [index.get(fanOut.id)!]);
  return context.nodes.some(
    ({ id, attrs }) =>
      id !== fanOut.id &&
      before[index.get(id)!] === 1 &&
      // They write a status file, or hand on what another run set.
      (WORKERS.has(context.handler(id)) || context.customTypes.has(attrs.get("type")?.value ?? "")),
  );
}

const backwards = (context: LintContext) => reversed(context.once(flowOf));
