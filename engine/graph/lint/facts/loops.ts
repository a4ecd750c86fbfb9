/** Edges that lie on loops. */
import { textOf } from "../../attributes.ts";
import type { GraphEdge } from "../../model.ts";
import type { LintContext } from "../context.ts";
import { componentsOf } from "./components.ts";
import { digraph } from "./digraph.ts";

export interface Loop {
  readonly nodes: ReadonlySet<string>;
  /** Edges between two nodes of the loop, in declaration order. */
  readonly edges: readonly GraphEdge[];
}

/** The loops that the chosen edges form: one for each group of nodes that can all come back to each other. */
export function loopsOf(context: LintContext, chosen: (edge: GraphEdge) => boolean): Loop[] {
  if (!context.once(hasLoops)) return [];
  const { ids, from, to } = context.numbers;
  const edges: number[] = [];
  context.graph.edges.forEach((edge, position) => {
    if (chosen(edge)) edges.push(position);
  });
  const component =
    edges.length === from.length
      ? context.once(whole)
      : componentsOf(digraph(ids.length, pick(from, edges), pick(to, edges)));
  const inside = edges.filter((edge) => component[from[edge]!] === component[to[edge]!]);
  return [...Map.groupBy(inside, (edge) => component[from[edge]!]).values()].map((positions) => {
    const group = positions.map((position) => context.graph.edges[position]!);
    return { nodes: new Set(group.flatMap((edge) => [edge.from, edge.to])), edges: group };
  });
}

const whole = ({ numbers: { ids, from, to } }: LintContext) => componentsOf(digraph(ids.length, from, to));

function hasLoops(context: LintContext): boolean {
  const { from, to } = context.numbers;
  const component = context.once(whole);
  return from.some((node, edge) => component[node] === component[to[edge]!]);
}

const pick = (ends: Int32Array, edges: readonly number[]): Int32Array => {
  const picked = new Int32Array(edges.length);
  for (let at = 0; at < edges.length; at++) picked[at] = ends[edges[at]!]!;
  return picked;
};

/** `max_node_visits` ends every loop, whatever goes on in it. */
export const visitsAreBounded = (context: LintContext): boolean =>
  textOf(context.graph.attrs, "max_node_visits") !== null;
