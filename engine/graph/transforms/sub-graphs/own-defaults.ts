/** What a sub-graph says of all its stages is written on each of them, before the stages stand in another graph. */
import { attrOf } from "../../attributes.ts";
import type { Attr, Graph } from "../../model.ts";
import { mapNodes, withAttrs } from "../edit.ts";

/** Of the graph, and the node's attribute that it is the default of. */
const DEFAULTS: ReadonlyMap<string, string> = new Map([
  ["default_max_retries", "max_retries"],
  ["retry_policy", "retry_policy"],
  ["retry.backoff.initial_delay_ms", "retry.backoff.initial_delay_ms"],
  ["retry.backoff.backoff_factor", "retry.backoff.backoff_factor"],
  ["retry.backoff.max_delay_ms", "retry.backoff.max_delay_ms"],
  ["retry.backoff.jitter", "retry.backoff.jitter"],
  ["retry_target", "retry_target"],
  ["fallback_retry_target", "fallback_retry_target"],
  ["default_command_timeout_ms", "default_command_timeout_ms"],
  ["max_command_timeout_ms", "max_command_timeout_ms"],
  ["tool_hooks.pre", "tool_hooks.pre"],
  ["tool_hooks.post", "tool_hooks.post"],
  ["stack.child_dotfile", "stack.child_dotfile"],
  ["stack.child_workdir", "stack.child_workdir"],
]);

export function ownDefaults(graph: Graph): Graph {
  const said = [...DEFAULTS].flatMap(([from, to]): Attr[] => {
    const attr = attrOf(graph.attrs, from);
    return attr === undefined ? [] : [{ ...attr, key: to, origin: "graph" }];
  });
  if (said.length === 0) return graph;
  return mapNodes(graph, (node) =>
    withAttrs(
      node,
      said.filter(({ key }) => attrOf(node.attrs, key) === undefined),
    ),
  );
}
