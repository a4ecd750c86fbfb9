/** Changing a graph without changing it: untouched nodes are shared with the original. */
import type { Attr, Graph, GraphNode } from "../model.ts";

export function mapNodes(graph: Graph, change: (node: GraphNode) => GraphNode): Graph {
  let changed: Map<string, GraphNode> | null = null;
  for (const [id, node] of graph.nodes) {
    const other = change(node);
    if (other === node) continue;
    changed ??= new Map(graph.nodes);
    changed.set(id, other);
  }
  return changed === null ? graph : { ...graph, nodes: changed };
}

export function withAttrs(node: GraphNode, attrs: readonly Attr[]): GraphNode {
  if (attrs.length === 0) return node;
  return { ...node, attrs: new Map([...node.attrs, ...attrs.map((attr) => [attr.key, attr] as const)]) };
}
