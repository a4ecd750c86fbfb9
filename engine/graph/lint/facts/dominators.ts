/** Which nodes every path must pass (Cooper, Harvey and Kennedy: immediate dominators over reverse postorder). */
import { type Digraph, reversed } from "./digraph.ts";

/** Immediate dominator of each node, -1 when it cannot be reached; the root's is itself. */
export function dominatorsOf(graph: Digraph, root: number): Int32Array {
  const order = postorder(graph, root);
  const rank = new Int32Array(graph.size).fill(-1);
  order.forEach((node, position) => {
    rank[node] = position;
  });
  const before = reversed(graph);
  const dominator = new Int32Array(graph.size).fill(-1);
  dominator[root] = root;
  for (let changed = true; changed; ) {
    changed = false;
    for (let position = order.length - 2; position >= 0; position--) {
      const node = order[position]!;
      let found = -1;
      for (let at = before.first[node]!; at < before.first[node + 1]!; at++) {
        const other = before.targets[at]!;
        if (dominator[other] === -1) continue;
        found = found === -1 ? other : meet(dominator, rank, found, other);
      }
      if (dominator[node] === found) continue;
      dominator[node] = found;
      changed = true;
    }
  }
  return dominator;
}

function meet(dominator: Int32Array, rank: Int32Array, a: number, b: number): number {
  let [left, right] = [a, b];
  while (left !== right) {
    while (rank[left]! < rank[right]!) left = dominator[left]!;
    while (rank[right]! < rank[left]!) right = dominator[right]!;
  }
  return left;
}

function postorder({ size, first, targets }: Digraph, root: number): number[] {
  const order: number[] = [];
  const seen = new Uint8Array(size);
  const next = first.slice();
  const path = [root];
  seen[root] = 1;
  while (path.length > 0) {
    const node = path.at(-1)!;
    if (next[node] === first[node + 1]) {
      order.push(path.pop()!);
      continue;
    }
    const target = targets[next[node]!++]!;
    if (seen[target] === 1) continue;
    seen[target] = 1;
    path.push(target);
  }
  return order;
}
