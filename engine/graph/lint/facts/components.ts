/** Strongly connected components (Tarjan, without recursion): which nodes lie on loops, and in which order loops come. */
import type { Digraph } from "./digraph.ts";

/** Component of each node. Numbers fall along every path: a node can only reach components not above its own. */
export function componentsOf({ size, first, targets }: Digraph): Int32Array {
  const order = new Int32Array(size).fill(-1);
  const low = new Int32Array(size);
  const component = new Int32Array(size).fill(-1);
  const next = first.slice();
  const open: number[] = [];
  const path: number[] = [];
  let visited = 0;
  let found = 0;

  const enter = (node: number): void => {
    order[node] = low[node] = visited++;
    open.push(node);
    path.push(node);
  };
  const leave = (node: number): void => {
    path.pop();
    const parent = path.at(-1);
    if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[node]!);
    if (low[node] !== order[node]) return;
    for (let member = -1; member !== node; ) {
      member = open.pop()!;
      component[member] = found;
    }
    found++;
  };

  for (let root = 0; root < size; root++) {
    if (order[root] !== -1) continue;
    enter(root);
    while (path.length > 0) {
      const node = path.at(-1)!;
      if (next[node] === first[node + 1]) {
        leave(node);
        continue;
      }
      const target = targets[next[node]!++]!;
      if (order[target] === -1) enter(target);
      else if (component[target] === -1) low[node] = Math.min(low[node]!, order[target]!);
    }
  }
  return component;
}
