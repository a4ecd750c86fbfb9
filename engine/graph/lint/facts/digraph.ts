/** A graph of numbers, packed: the targets of node n are targets[first[n]] up to targets[first[n + 1]]. */

export interface Digraph {
  readonly size: number;
  readonly first: Int32Array;
  readonly targets: Int32Array;
}

export function digraph(size: number, from: ArrayLike<number>, to: ArrayLike<number>): Digraph {
  const first = new Int32Array(size + 1);
  for (let edge = 0; edge < from.length; edge++) first[from[edge]! + 1]!++;
  for (let node = 0; node < size; node++) first[node + 1]! += first[node]!;
  const targets = new Int32Array(from.length);
  const free = first.slice();
  for (let edge = 0; edge < from.length; edge++) targets[free[from[edge]!]!++] = to[edge]!;
  return { size, first, targets };
}

export function reversed({ size, first, targets }: Digraph): Digraph {
  const from = new Int32Array(targets.length);
  for (let node = 0; node < size; node++) from.fill(node, first[node], first[node + 1]);
  return digraph(size, targets, from);
}

/** 1 for every node that some path from the given ones reaches, themselves included. */
export function reach({ size, first, targets }: Digraph, from: readonly number[]): Uint8Array {
  const seen = new Uint8Array(size);
  const open = [...from];
  for (const node of open) seen[node] = 1;
  while (open.length > 0) {
    const node = open.pop()!;
    for (let at = first[node]!; at < first[node + 1]!; at++) {
      const target = targets[at]!;
      if (seen[target] === 1) continue;
      seen[target] = 1;
      open.push(target);
    }
  }
  return seen;
}
