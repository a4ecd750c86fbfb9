/** A pause (Fabro's `shape=insulator`) is a command that sleeps. */
import { attrOf } from "../attributes.ts";
import { readDuration } from "../compile/read.ts";
import type { Graph } from "../model.ts";
import { mapNodes, withAttrs } from "./edit.ts";

export function expandPauses(graph: Graph): Graph {
  const paused = [...graph.nodes.values()].some(({ attrs }) => attrs.get("shape")?.value === "insulator");
  if (!paused) return graph;
  return mapNodes(graph, (node) => {
    const written = attrOf(node.attrs, "duration");
    const length = readDuration(node.attrs, "duration");
    if (node.attrs.get("shape")?.value !== "insulator" || written === undefined || length === null)
      return node;
    const value = `sleep ${length / 1000}`;
    return withAttrs(node, [{ ...written, key: "tool_command", value, origin: "derived" }]);
  });
}
