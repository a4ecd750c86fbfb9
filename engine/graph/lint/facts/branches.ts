/** The fan-outs of a graph: where their branches meet, and what lies between. */
import { findJoin } from "../../joins.ts";
import type { GraphNode } from "../../model.ts";
import type { LintContext } from "../context.ts";

/** Steps that the search may take over all fan-outs; what it does not come to is not judged, so that lint stays linear. */
const MOST_STEPS = 500_000;

export interface Branching {
  readonly node: GraphNode;
  readonly starts: readonly string[];
  readonly join: string | null;
  /** Every node that a branch can reach before the join. */
  readonly inside: ReadonlySet<string>;
}

export function branchings(context: LintContext): Branching[] {
  let steps = 0;
  const next = (id: string): string[] => {
    const edges = context.out(id);
    steps += 1 + edges.length;
    return steps > MOST_STEPS ? [] : edges.map(({ to }) => to);
  };
  const found: Branching[] = [];
  for (const node of context.ofType("parallel")) {
    const branching = branchingOf(context, node, next);
    if (steps > MOST_STEPS) break;
    found.push(branching);
  }
  return found;
}

function branchingOf(
  context: LintContext,
  node: GraphNode,
  next: (id: string) => readonly string[],
): Branching {
  const starts = [...new Set(context.out(node.id).map(({ to }) => to))];
  const isFanIn = (id: string): boolean => context.handler(id) === "parallel.fan_in";
  const isExit = (id: string): boolean => context.handler(id) === "exit";
  const join = findJoin({ fan: node.id, starts, next, isFanIn, isExit });
  const inside = new Set(starts.filter((start) => start !== join));
  for (const id of inside)
    for (const target of next(id)) if (target !== join && target !== node.id) inside.add(target);
  return { node, starts, join, inside };
}
