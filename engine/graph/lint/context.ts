/** What rules ask about a graph, computed once and only when asked. Everything here is linear in the graph. */
import { attrOf, textOf } from "../attributes.ts";
import type { Clause } from "../condition/expression.ts";
import { type Condition, type ConditionResult, parseCondition } from "../condition.ts";
import type { HandlerType } from "../handler-type.ts";
import { handlerOf } from "../handlers.ts";
import type { Attr, Graph, GraphEdge, GraphNode, TextPosition } from "../model.ts";
import { positionInValue } from "./facts/value-position.ts";

export interface LintContext {
  readonly graph: Graph;
  /** Declared nodes; one that only an edge names is not among them. */
  readonly nodes: readonly GraphNode[];
  /** Types that the caller has handlers for. */
  readonly customTypes: ReadonlySet<string>;
  readonly starts: readonly GraphNode[];
  readonly exits: readonly GraphNode[];
  handler(id: string): HandlerType;
  /** The declared nodes that a handler runs. */
  ofType(handler: HandlerType): readonly GraphNode[];
  out(id: string): readonly GraphEdge[];
  into(id: string): readonly GraphEdge[];
  /** null when the edge has none. */
  conditionText(edge: GraphEdge): ConditionResult | null;
  /** The condition that parses; null when there is none. */
  condition(edge: GraphEdge): Condition | null;
  unconditional(edge: GraphEdge): boolean;
  /** Every clause of every edge, with the attribute that holds it. */
  clauses(): Iterable<{ readonly edge: GraphEdge; readonly attr: Attr; readonly clause: Clause }>;
  /** Where a character of an attribute's value stands in the source. */
  within(attr: Attr, offset: number): TextPosition;
  /** Computes once per context, for facts that several rules share. */
  once<T>(fact: (context: LintContext) => T): T;
}

export interface ContextOptions {
  readonly source?: string;
  /** Of sub-graphs, by the file that positions name. */
  readonly sources?: ReadonlyMap<string, string>;
  readonly customTypes?: ReadonlySet<string>;
}

const NONE: readonly GraphEdge[] = [];
const NOBODY: readonly GraphNode[] = [];

export function lintContext(graph: Graph, options: ContextOptions = {}): LintContext {
  const nodes = [...graph.nodes.values()].filter((node) => node.declared);
  const handlers = new Map<string, HandlerType>();
  for (const node of graph.nodes.values()) handlers.set(node.id, handlerOf(node));
  const out = groupEdges(graph.edges, "from");
  let into: ReadonlyMap<string, readonly GraphEdge[]> | null = null;
  const conditions = parseConditions(graph.edges);
  const facts = new Map<unknown, unknown>();
  const types = Map.groupBy(nodes, ({ id }) => handlers.get(id)!);
  const ofType = (type: HandlerType): readonly GraphNode[] => types.get(type) ?? NOBODY;
  const context: LintContext = {
    graph,
    nodes,
    customTypes: options.customTypes ?? new Set(),
    starts: ofType("start"),
    exits: ofType("exit"),
    handler: (id) => handlers.get(id) ?? "agent",
    ofType,
    out: (id) => out.get(id) ?? NONE,
    into: (id) => {
      into ??= groupEdges(graph.edges, "to");
      return into.get(id) ?? NONE;
    },
    conditionText: (edge) => conditions.get(edge) ?? null,
    condition: (edge) => {
      const parsed = conditions.get(edge);
      return parsed?.ok ? parsed.condition : null;
    },
    unconditional: (edge) => !conditions.has(edge),
    *clauses() {
      for (const [edge, parsed] of conditions) {
        const attr = attrOf(edge.attrs, "condition");
        if (!parsed.ok || attr === undefined) continue;
        for (const clause of parsed.condition.clauses) yield { edge, attr, clause };
      }
    },
    within: (attr, offset) => {
      const { file } = attr.valueAt;
      return positionInValue(file === undefined ? options.source : options.sources?.get(file), attr, offset);
    },
    once: <T>(fact: (context: LintContext) => T): T => {
      if (!facts.has(fact)) facts.set(fact, fact(context));
      return facts.get(fact) as T;
    },
  };
  return context;
}

function groupEdges(edges: readonly GraphEdge[], end: "from" | "to"): Map<string, GraphEdge[]> {
  const groups = new Map<string, GraphEdge[]>();
  for (const edge of edges) {
    const group = groups.get(edge[end]);
    if (group === undefined) groups.set(edge[end], [edge]);
    else group.push(edge);
  }
  return groups;
}

function parseConditions(edges: readonly GraphEdge[]): Map<GraphEdge, ConditionResult> {
  const byText = new Map<string, ConditionResult>();
  const conditions = new Map<GraphEdge, ConditionResult>();
  for (const edge of edges) {
    const text = textOf(edge.attrs, "condition");
    if (text === null || text.trim() === "") continue;
    const parsed = byText.get(text) ?? parseCondition(text);
    byText.set(text, parsed);
    conditions.set(edge, parsed);
  }
  return conditions;
}
