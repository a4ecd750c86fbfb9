/** Edges that lie on loops. */
import { textOf } from "../../attributes.ts";
import type { GraphEdge } from "../../model.ts";
import type { LintContext } from "../context.ts";
import { componentsOf } from "./components.ts";

export interface Loop {
  readonly nodes: ReadonlySet<string>;
  /** Edges between two nodes of the loop, in declaration order. */
  readonly edges: readonly GraphEdge[];
}

/** The loops that the chosen edges form: one for each group of nodes that can all come back to each other. */
export function loopsOf(context: LintContext, chosen: (edge: GraphEdge) => boolean): Loop[] {
  const ids = [...context.graph.nodes.keys()];
  const index = new Map(ids.map((id, position) => [id, position]));
  const next: number[][] = ids.map(() => []);
  const edges = context.graph.edges.filter(chosen);
  for (const { from, to } of edges) next[index.get(from)!]!.push(index.get(to)!);

  const { of } = componentsOf(next);
  const inside = new Map<number, GraphEdge[]>();
  for (const edge of edges) {
    const component = of[index.get(edge.from)!]!;
    if (component !== of[index.get(edge.to)!]) continue;
    const group = inside.get(component);
    if (group === undefined) inside.set(component, [edge]);
    else group.push(edge);
  }
  return [...inside.values()].map((group) => ({
    nodes: new Set(group.flatMap(({ from, to }) => [from, to])),
    edges: group,
  }));
}

/** `max_node_visits` ends every loop, whatever goes on in it. */
export const visitsAreBounded = (context: LintContext): boolean =>
  textOf(context.graph.attrs, "max_node_visits") !== null;
