/** Changing a graph without changing it: untouched nodes are shared with the original. */
import type { Attr, Graph, GraphNode } from "../model.ts";

export function mapNodes(graph: Graph, change: (node: GraphNode) => GraphNode): Graph {
  return { ...graph, nodes: new Map([...graph.nodes].map(([id, node]) => [id, change(node)])) };
}

export function withAttrs(node: GraphNode, attrs: readonly Attr[]): GraphNode {
  if (attrs.length === 0) return node;
  return { ...node, attrs: new Map([...node.attrs, ...attrs.map((attr) => [attr.key, attr] as const)]) };
}
