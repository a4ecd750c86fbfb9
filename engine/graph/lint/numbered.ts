/** Nodes and edge ends as numbers, in declaration order. */
import type { Graph, GraphEdge } from "../model.ts";
import { digraph } from "./facts/digraph.ts";

export interface Numbered {
  readonly ids: readonly string[];
  readonly index: ReadonlyMap<string, number>;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Whether an edge leads from or to a node that is not declared. */
  readonly dangling: boolean;
}

export function numbered({ nodes, edges }: Graph): Numbered {
  const ids: string[] = [];
  const index = new Map<string, number>();
  const undeclared = new Set<number | undefined>([undefined]);
  for (const [id, { declared }] of nodes) {
    if (!declared) undeclared.add(ids.length);
    index.set(id, ids.length);
    ids.push(id);
  }
  let dangling = false;
  const from = new Int32Array(edges.length);
  const to = new Int32Array(edges.length);
  for (let position = 0; position < edges.length; position++) {
    const edge = edges[position]!;
    const [tail, head] = [index.get(edge.from), index.get(edge.to)];
    from[position] = tail!;
    to[position] = head!;
    dangling ||= undeclared.has(tail) || undeclared.has(head);
  }
  return { ids, index, from, to, dangling };
}

/** For each node the edges at one end of it. */
export function edgesBy(
  edges: readonly GraphEdge[],
  { ids, index }: Numbered,
  ends: Int32Array,
): (id: string) => readonly GraphEdge[] {
  const { first, targets } = digraph(
    ids.length,
    ends,
    ends.map((_, position) => position),
  );
  return (id) => {
    const node = index.get(id);
    if (node === undefined || first[node] === first[node + 1]) return NONE;
    return Array.from(targets.subarray(first[node], first[node + 1]), (position) => edges[position]!);
  };
}

const NONE: readonly GraphEdge[] = [];
