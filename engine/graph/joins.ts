/** Where the branches of a fan-out meet. */

export interface JoinQuestion {
  /** The fan-out; paths do not run through it again. */
  readonly fan: string;
  /** First node of each branch, each named once. */
  readonly starts: readonly string[];
  readonly next: (id: string) => readonly string[];
  readonly isFanIn: (id: string) => boolean;
  readonly isExit: (id: string) => boolean;
}

interface Arrival {
  count: number;
  steps: number;
}

/**
 * The nearest fan-in that every branch can reach, else the nearest node of any kind but an exit, else null. One branch
 * alone meets nobody: only a fan-in ends it. Nearest: the farthest branch has the fewest steps, then all together, then by
 * id. All branches advance step by step, so that the search ends at the join however large the graph behind it is.
 */
export function findJoin({ fan, starts, next, isFanIn, isExit }: JoinQuestion): string | null {
  const arrivals = new Map<string, Arrival>();
  let other: string | null = null;
  let fronts = starts.map((start) => ({ seen: new Set([start]), front: [start] }));
  for (let step = 0; fronts.some(({ front }) => front.length > 0); step++) {
    const met: string[] = [];
    for (const id of fronts.flatMap(({ front }) => front)) {
      const arrival = arrivals.get(id) ?? { count: 0, steps: 0 };
      arrival.count++;
      arrival.steps += step;
      arrivals.set(id, arrival);
      if (arrival.count === starts.length) met.push(id);
    }
    const nearest = (ids: readonly string[]): string | null =>
      ids.toSorted((a, b) => arrivals.get(a)!.steps - arrivals.get(b)!.steps || (a < b ? -1 : 1))[0] ?? null;
    const fanIn = nearest(met.filter(isFanIn));
    if (fanIn !== null) return fanIn;
    if (starts.length > 1) other ??= nearest(met.filter((id) => !isExit(id)));
    fronts = fronts.map(({ seen, front }) => ({ seen, front: advance(front, seen, next, fan) }));
  }
  return other;
}

function advance(
  front: readonly string[],
  seen: Set<string>,
  next: (id: string) => readonly string[],
  fan: string,
): string[] {
  const reached: string[] = [];
  for (const id of front) {
    for (const target of next(id)) {
      if (target === fan || seen.has(target)) continue;
      seen.add(target);
      reached.push(target);
    }
  }
  return reached;
}
