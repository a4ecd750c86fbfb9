/** `$goal` in prompts becomes the graph's goal. Commands keep theirs: in a shell it would be code. */
import { textOf } from "../attributes.ts";
import type { Graph } from "../model.ts";
import { mapNodes, withAttrs } from "./edit.ts";

const GOAL = /\$goal\b/g;
const TEXTS = ["prompt", "llm_prompt", "question", "label"];

export function expandGoal(graph: Graph): Graph {
  const goal = textOf(graph.attrs, "goal") ?? "";
  return mapNodes(graph, (node) =>
    withAttrs(
      node,
      TEXTS.flatMap((key) => {
        const attr = node.attrs.get(key);
        if (attr === undefined || !attr.value.includes("$goal")) return [];
        return [{ ...attr, value: attr.value.replace(GOAL, () => goal) }];
      }),
    ),
  );
}
