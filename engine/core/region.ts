/** What lies inside a fan-out: where its branches meet, and which nodes a branch may visit. Facts of the graph alone. */
import type { Pipeline } from "../graph/pipeline.ts";
import type { Scope } from "./state.ts";

const joins = new WeakMap<Pipeline, Map<string, string | null>>();
const regions = new WeakMap<Pipeline, Map<string, ReadonlySet<string>>>();

/** The nearest fan-in that every branch can reach, else the nearest node of any kind; null when they never meet. */
export function joinNode(pipeline: Pipeline, fanNode: string): string | null {
  return memo(joins, pipeline, fanNode, () => {
    const starts = [...new Set((pipeline.out.get(fanNode) ?? []).map((route) => route.to))];
    const distances = starts.map((start) => distancesFrom(pipeline, start, fanNode));
    const [first, ...others] = distances;
    if (!first) return null;
    const common = [...first.keys()].filter((id) => others.every((d) => d.has(id)));
    const fanIns = common.filter((id) => pipeline.stages.get(id)?.handler === "parallel.fan_in");
    // One branch alone meets nobody: only a fan-in ends it. Exits end runs, they join nothing.
    const others_ = starts.length > 1 ? common.filter((id) => !pipeline.exits.has(id)) : [];
    return nearest(fanIns.length > 0 ? fanIns : others_, distances);
  });
}

function nearest(
  candidates: readonly string[],
  distances: readonly ReadonlyMap<string, number>[],
): string | null {
  const far = (id: string) => Math.max(...distances.map((d) => d.get(id) ?? 0));
  const sum = (id: string) => distances.reduce((total, d) => total + (d.get(id) ?? 0), 0);
  let found: string | null = null;
  for (const id of candidates) {
    if (found === null || far(id) - far(found) < 0) found = id;
    else if (far(id) === far(found) && (sum(id) < sum(found) || (sum(id) === sum(found) && id < found)))
      found = id;
  }
  return found;
}

function distancesFrom(pipeline: Pipeline, start: string, notThrough: string): Map<string, number> {
  const distance = new Map([[start, 0]]);
  const queue = [start];
  for (let i = 0; i < queue.length; i++) {
    const id = queue[i] as string;
    for (const route of pipeline.out.get(id) ?? []) {
      if (route.to === notThrough || distance.has(route.to)) continue;
      distance.set(route.to, (distance.get(id) ?? 0) + 1);
      queue.push(route.to);
    }
  }
  return distance;
}

/** Whether a jump to the node stays in the scope: anywhere outside branches for the trunk, before the join for a branch. */
export function inRegion(pipeline: Pipeline, scope: Scope, node: string): boolean {
  if (!scope.branch || !scope.fan) return !insideSomeBranch(pipeline).has(node);
  const { start_node } = scope.branch;
  const stop = scope.stopAt;
  const inside = memo(regions, pipeline, `${start_node}>${stop ?? ""}`, () =>
    reachable(pipeline, start_node, stop),
  );
  return inside.has(node) && !innerOf(pipeline, inside).has(node);
}

/** All that a branch which begins at `start` may visit, fan-outs inside it with theirs. */
export function branchNodes(pipeline: Pipeline, fanNode: string, start: string): ReadonlySet<string> {
  const stop = joinNode(pipeline, fanNode);
  return memo(regions, pipeline, `${start}>${stop ?? ""}`, () => reachable(pipeline, start, stop));
}

function reachable(pipeline: Pipeline, start: string, stop: string | null): ReadonlySet<string> {
  const seen = new Set<string>();
  const queue = start === stop ? [] : [start];
  while (queue.length > 0) {
    const id = queue.pop() as string;
    if (seen.has(id)) continue;
    seen.add(id);
    for (const route of pipeline.out.get(id) ?? []) {
      if (route.to !== stop) queue.push(route.to);
    }
  }
  return seen;
}

/** Nodes that lie between some fan-out and its join. */
export function insideSomeBranch(pipeline: Pipeline): ReadonlySet<string> {
  return memo(regions, pipeline, "", () => between(pipeline, [...pipeline.stages.keys()]));
}

function innerOf(pipeline: Pipeline, region: ReadonlySet<string>): ReadonlySet<string> {
  return between(pipeline, [...region]);
}

function between(pipeline: Pipeline, ids: readonly string[]): ReadonlySet<string> {
  const inner = new Set<string>();
  for (const id of ids) {
    if (pipeline.stages.get(id)?.handler !== "parallel") continue;
    const join = joinNode(pipeline, id);
    // Without a join nothing separates a branch from what follows it.
    if (join === null) continue;
    for (const route of pipeline.out.get(id) ?? []) {
      for (const node of reachable(pipeline, route.to, join)) if (node !== id) inner.add(node);
    }
  }
  return inner;
}

function memo<T>(
  store: WeakMap<Pipeline, Map<string, T>>,
  pipeline: Pipeline,
  key: string,
  make: () => T,
): T {
  let table = store.get(pipeline);
  if (!table) {
    table = new Map();
    store.set(pipeline, table);
  }
  if (!table.has(key)) table.set(key, make());
  return table.get(key) as T;
}
