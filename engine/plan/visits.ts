/** How often each stage is visited at most: loops end by what bounds them, branches count once for each of them. Pure. */
import { insideSomeBranch, joinNode } from "../core/region.ts";
import { componentsOf } from "../graph/lint/facts/components.ts";
import { digraph } from "../graph/lint/facts/digraph.ts";
import type { Pipeline } from "../graph/pipeline.ts";
import { type Way, waysOf } from "./ways.ts";

export interface Bound {
  /** Over all branches; Infinity: nothing bounds it. */
  readonly visits: number;
  /** What a person would change to make it less. */
  readonly by: "no loop" | "max_node_visits" | "max_node_failures" | "max_restarts" | "nothing";
}

export type Bounds = ReadonlyMap<string, Bound>;

/** How many branches a fan-out starts for each node that its edges lead to. */
export type Width = (fan: string) => number;

interface Scope {
  readonly start: string;
  /** Where the branches meet; null for the trunk. */
  readonly stopAt: string | null;
  /** How many such scopes a run can have. */
  readonly times: number;
  /** The fan-outs that it lies in. */
  readonly inside: readonly string[];
}

export function boundsOf(pipeline: Pipeline, widthOf: Width): Bounds {
  const ways = waysOf(pipeline);
  const bounds = new Map<string, Bound>();
  const open: Scope[] = [{ start: pipeline.start, stopAt: null, times: 1, inside: [] }];
  for (const scope of open) {
    for (const [id, { visits, by }] of boundsIn(pipeline, ways, scope)) {
      const all = visits * scope.times + (bounds.get(id)?.visits ?? 0);
      bounds.set(id, { visits: all, by: Number.isFinite(all) ? by : "nothing" });
      if (pipeline.stages.get(id)?.handler !== "parallel") continue;
      // A branch that comes to its own fan-out again opens branches in branches, without end.
      const again = scope.inside.includes(id);
      const times = again ? Number.POSITIVE_INFINITY : scope.times * visits * widthOf(id);
      const stopAt = joinNode(pipeline, id);
      const starts = new Set((pipeline.out.get(id) ?? []).map(({ to }) => to));
      for (const start of starts)
        if (start !== stopAt && !scope.inside.slice(0, -1).includes(id))
          open.push({ start, stopAt, times, inside: [...scope.inside, id] });
    }
  }
  return bounds;
}

function boundsIn(pipeline: Pipeline, ways: readonly Way[], scope: Scope): ReadonlyMap<string, Bound> {
  const { stopAt } = scope;
  const nodes = reached(pipeline, ways, scope);
  const within = ways.filter(
    ({ from, to, kind }) => nodes.has(from) && nodes.has(to) && (from !== stopAt || kind === "gate"),
  );
  const found = new Map<string, Bound>();
  loops(pipeline, [...nodes], within, { visits: 1, by: "no loop" }, found);
  if (stopAt !== null) found.delete(stopAt);
  return found;
}

/** Jumps stay in their scope: the trunk's outside all branches, a branch's where its edges lead. */
function reached(pipeline: Pipeline, ways: readonly Way[], { start, stopAt }: Scope): Set<string> {
  const byFrom = Map.groupBy(ways, ({ from }) => from);
  const inBranch = insideSomeBranch(pipeline);
  const nodes = new Set([start]);
  for (const id of nodes) {
    if (id === stopAt) continue;
    // A conditional that a scope begins with hands on to what stands behind it.
    if (pipeline.stages.get(id)?.handler === "conditional")
      for (const { to } of pipeline.out.get(id) ?? []) nodes.add(to);
    for (const { to, kind } of byFrom.get(id) ?? [])
      if (kind === "open" || kind === "restart" || isEdge(pipeline, id, to)) nodes.add(to);
      else if (stopAt === null && !inBranch.has(to)) nodes.add(to);
  }
  return nodes;
}

const isEdge = (pipeline: Pipeline, from: string, to: string, seen = new Set<string>()): boolean =>
  (pipeline.out.get(from) ?? []).some((route) => {
    if (route.to === to) return true;
    if (seen.has(route.to) || pipeline.stages.get(route.to)?.handler !== "conditional") return false;
    return isEdge(pipeline, route.to, to, seen.add(route.to));
  });

/** `each`: how often a walk enters any of these nodes. A loop is taken apart at the ways that something bounds. */
function loops(
  pipeline: Pipeline,
  nodes: readonly string[],
  ways: readonly Way[],
  each: Bound,
  into: Map<string, Bound>,
): void {
  const { maxNodeVisits, maxNodeFailures, maxRestarts } = pipeline.limits;
  for (const group of groupsOf(nodes, ways)) {
    const members = new Set(group);
    const inner = ways.filter(({ from, to }) => members.has(from) && members.has(to));
    const failing = group.filter((id) => failsOnly(inner.filter(({ from }) => from === id)));
    const cut = inner.filter(({ from, kind }) =>
      kind === "failed" ? failing.includes(from) : kind !== "open",
    );
    if (inner.length > 0 && cut.length > 0) {
      const has = (kind: Way["kind"]) => cut.some((way) => way.kind === kind);
      const rounds =
        failing.length * (maxNodeFailures - 1) +
        (has("gate") ? goalGates(pipeline) * maxNodeFailures : 0) +
        (has("restart") ? maxRestarts : 0);
      const by = has("failed") || has("gate") ? "max_node_failures" : "max_restarts";
      const rest = inner.filter((way) => !cut.includes(way));
      loops(pipeline, group, rest, { visits: each.visits * (1 + rounds), by }, into);
      continue;
    }
    const endless = inner.length > 0 || each.visits > maxNodeVisits;
    for (const id of group) into.set(id, endless ? { visits: maxNodeVisits, by: "max_node_visits" } : each);
  }
}

/** Its first success leaves the loop, so that its failures are all without one between. */
const failsOnly = (out: readonly Way[]): boolean =>
  out.some(({ kind }) => kind === "failed") && out.every(({ kind }) => kind !== "open");

const goalGates = ({ stages }: Pipeline): number =>
  [...stages.values()].filter(({ goalGate }) => goalGate).length;

function groupsOf(nodes: readonly string[], ways: readonly Way[]): string[][] {
  const index = new Map(nodes.map((id, at) => [id, at]));
  const ends = (end: "from" | "to") => Int32Array.from(ways, (way) => index.get(way[end])!);
  const component = componentsOf(digraph(nodes.length, ends("from"), ends("to")));
  return [...Map.groupBy(nodes, (_, at) => component[at]!).values()];
}
