/** The fan-outs of a graph: where their branches meet, and what lies between. */
import { findJoin } from "../../joins.ts";
import type { GraphNode } from "../../model.ts";
import type { LintContext } from "../context.ts";

/** Fan-outs looked at; a graph with more is judged in part, so that lint stays linear. */
const MOST_FAN_OUTS = 200;

export interface Branching {
  readonly node: GraphNode;
  readonly starts: readonly string[];
  readonly join: string | null;
  /** Every node that a branch can reach before the join. */
  readonly inside: ReadonlySet<string>;
}

export function branchings(context: LintContext): Branching[] {
  return context
    .ofType("parallel")
    .slice(0, MOST_FAN_OUTS)
    .map((node) => branching(context, node));
}

function branching(context: LintContext, node: GraphNode): Branching {
  const starts = [...new Set(context.out(node.id).map(({ to }) => to))];
  const next = (id: string): string[] => context.out(id).map(({ to }) => to);
  const isFanIn = (id: string): boolean => context.handler(id) === "parallel.fan_in";
  const isExit = (id: string): boolean => context.handler(id) === "exit";
  const join = findJoin({ fan: node.id, starts, next, isFanIn, isExit });
  const inside = new Set(starts.filter((start) => start !== join));
  for (const id of inside)
    for (const target of next(id)) if (target !== join && target !== node.id) inside.add(target);
  return { node, starts, join, inside };
}
