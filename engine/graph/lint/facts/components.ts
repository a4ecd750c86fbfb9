/** Strongly connected components (Tarjan, without recursion): which nodes lie on loops, and in which order loops come. */

export interface Components {
  /** Component of each node. Numbers fall along every path: a node can only reach components not above its own. */
  readonly of: Int32Array;
  readonly size: readonly number[];
}

export function componentsOf(next: readonly (readonly number[])[]): Components {
  const count = next.length;
  const order = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const of = new Int32Array(count).fill(-1);
  const size: number[] = [];
  const open: number[] = [];
  const path: number[] = [];
  const position = new Int32Array(count);
  let visited = 0;

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
    size.push(0);
    for (let member = -1; member !== node; ) {
      member = open.pop()!;
      of[member] = size.length - 1;
      size[size.length - 1]!++;
    }
  };

  for (let root = 0; root < count; root++) {
    if (order[root] !== -1) continue;
    enter(root);
    while (path.length > 0) {
      const node = path.at(-1)!;
      const target = next[node]![position[node]!++];
      if (target === undefined) leave(node);
      else if (order[target] === -1) enter(target);
      else if (of[target] === -1) low[node] = Math.min(low[node]!, order[target]!);
    }
  }
  return { of, size };
}
