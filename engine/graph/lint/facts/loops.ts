/** Edges that lie on loops. */
import { textOf } from "../../attributes.ts";
import type { GraphEdge } from "../../model.ts";
import type { LintContext } from "../context.ts";
import { componentsOf } from "./components.ts";
import { digraph } from "./digraph.ts";
import { numbered } from "./flow.ts";

export interface Loop {
  readonly nodes: ReadonlySet<string>;
  /** Edges between two nodes of the loop, in declaration order. */
  readonly edges: readonly GraphEdge[];
}

/** The loops that the chosen edges form: one for each group of nodes that can all come back to each other. */
export function loopsOf(context: LintContext, chosen: (edge: GraphEdge) => boolean): Loop[] {
  const { ids, from, to } = context.once(numbered);
  const edges = context.graph.edges.flatMap((edge, position) => (chosen(edge) ? [position] : []));
  const sources = edges.map((edge) => from[edge]!);
  const targets = edges.map((edge) => to[edge]!);
  const component = componentsOf(digraph(ids.length, sources, targets));
  const inside = edges.filter((edge) => component[from[edge]!] === component[to[edge]!]);
  return [...Map.groupBy(inside, (edge) => component[from[edge]!]).values()].map((positions) => {
    const group = positions.map((position) => context.graph.edges[position]!);
    return { nodes: new Set(group.flatMap((edge) => [edge.from, edge.to])), edges: group };
  });
}

/** `max_node_visits` ends every loop, whatever goes on in it. */
export const visitsAreBounded = (context: LintContext): boolean =>
  textOf(context.graph.attrs, "max_node_visits") !== null;
