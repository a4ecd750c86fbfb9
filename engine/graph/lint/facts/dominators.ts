/** Which nodes every path must pass (Cooper, Harvey and Kennedy: immediate dominators over reverse postorder). */

/** Immediate dominator of each node, -1 when it cannot be reached; the root's is itself. */
export function dominatorsOf(next: readonly (readonly number[])[], root: number): Int32Array {
  const order = postorder(next, root);
  const rank = new Int32Array(next.length).fill(-1);
  order.forEach((node, position) => {
    rank[node] = position;
  });
  const before: number[][] = next.map(() => []);
  for (const node of order) for (const target of next[node]!) before[target]!.push(node);

  const dominator = new Int32Array(next.length).fill(-1);
  dominator[root] = root;
  for (let changed = true; changed; ) {
    changed = false;
    for (let position = order.length - 2; position >= 0; position--) {
      const node = order[position]!;
      let found = -1;
      for (const other of before[node]!) {
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

function postorder(next: readonly (readonly number[])[], root: number): number[] {
  const order: number[] = [];
  const seen = new Uint8Array(next.length);
  const position = new Int32Array(next.length);
  const path = [root];
  seen[root] = 1;
  while (path.length > 0) {
    const node = path.at(-1)!;
    const target = next[node]![position[node]!++];
    if (target === undefined) order.push(path.pop()!);
    else if (seen[target] === 0) {
      seen[target] = 1;
      path.push(target);
    }
  }
  return order;
}
