/** Shared by the parser's tests: read a text, and compare graphs without their positions. */

import type { Attrs, Graph, GraphNode } from "../../engine/graph/model.ts";
import { parse } from "../../engine/graph/parse.ts";

export function graphOf(source: string): Graph {
  const { graph, diagnostics } = parse(source);
  if (!graph) throw new Error(`no graph: ${JSON.stringify(diagnostics)}`);
  return graph;
}

export function nodeOf(graph: Graph, id: string): GraphNode {
  const node = graph.nodes.get(id);
  if (!node) throw new Error(`no node ${id}`);
  return node;
}

export function values(attrs: Attrs): Record<string, string> {
  return Object.fromEntries([...attrs.values()].map(({ key, value }) => [key, value]));
}

export function edges(graph: Graph): string[] {
  return graph.edges.map(({ from, to }) => `${from} -> ${to}`);
}

/** Everything but positions and the origin of values, which printing makes explicit. */
export function structure({ name, attrs, nodes, edges, subgraphs }: Graph): unknown {
  const plain = (list: Attrs) => [...list.values()].map(({ key, value, quoted }) => [key, value, quoted]);
  return {
    name,
    attrs: plain(attrs),
    nodes: [...nodes.values()].map(({ id, attrs, classes, declared }) => [
      id,
      plain(attrs),
      classes,
      declared,
    ]),
    edges: edges.map(({ index, from, to, attrs }) => [index, from, to, plain(attrs)]),
    subgraphs: subgraphs.map(({ id, label, nodes }) => [id, label, nodes]),
  };
}
