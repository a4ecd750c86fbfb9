/** What rules ask about a graph, computed once and only when asked. Everything here is linear in the graph. */
import { attrOf, textOf } from "../attributes.ts";
import type { Clause } from "../condition/expression.ts";
import { type Condition, type ConditionResult, parseCondition } from "../condition.ts";
import type { HandlerType } from "../handler-type.ts";
import { handlerOf } from "../handlers.ts";
import type { Attr, Graph, GraphEdge, GraphNode, TextPosition } from "../model.ts";
import { positionInValue } from "./facts/value-position.ts";
import { bearing, type Holders, holdersOf } from "./holders.ts";
import { edgesBy, type Numbered, numbered } from "./numbered.ts";

export interface LintContext {
  readonly graph: Graph;
  /** Declared nodes; one that only an edge names is not among them. */
  readonly nodes: readonly GraphNode[];
  /** Types that the caller has handlers for. */
  readonly customTypes: ReadonlySet<string>;
  readonly starts: readonly GraphNode[];
  readonly exits: readonly GraphNode[];
  readonly numbers: Numbered;
  /** Nodes with more than one outgoing edge. */
  readonly forks: readonly GraphNode[];
  /** Declared nodes by the attributes that are written on them. */
  readonly holders: Holders<GraphNode>;
  /** Declared nodes that have the attribute, under its name or an alias; an empty value counts as absent. */
  having(name: string): readonly GraphNode[];
  edgesHaving(name: string): readonly GraphEdge[];
  /** Edges with a condition, whether or not it can be read. */
  readonly conditional: readonly GraphEdge[];
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

const NOBODY: readonly GraphNode[] = [];

export function lintContext(graph: Graph, options: ContextOptions = {}): LintContext {
  const all = [...graph.nodes.values()];
  const nodes = all.every(({ declared }) => declared) ? all : all.filter(({ declared }) => declared);
  const numbers = numbered(graph);
  const handlers = all.map(handlerOf);
  const holders = holdersOf(nodes);
  const edgeHolders = holdersOf(graph.edges);
  const edgesHaving = (name: string) => bearing(graph.edges, edgeHolders, name);
  const conditions = parseConditions(edgesHaving("condition"));
  const facts = new Map<unknown, unknown>();
  const types = Map.groupBy(nodes, ({ id }) => handlers[numbers.index.get(id)!]!);
  const ofType = (type: HandlerType): readonly GraphNode[] => types.get(type) ?? NOBODY;
  const context: LintContext = {
    graph,
    nodes,
    customTypes: options.customTypes ?? new Set(),
    starts: ofType("start"),
    exits: ofType("exit"),
    numbers,
    forks: forksOf(all, numbers.from),
    holders,
    having: (name) => bearing(nodes, holders, name),
    edgesHaving,
    conditional: [...conditions.keys()],
    handler: (id) => handlers[numbers.index.get(id) ?? -1] ?? "agent",
    ofType,
    out: edgesBy(graph.edges, numbers, numbers.from),
    into: (id) => context.once(entering)(id),
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

const entering = ({ graph, numbers }: LintContext) => edgesBy(graph.edges, numbers, numbers.to);

function forksOf(all: readonly GraphNode[], from: Int32Array): GraphNode[] {
  const leaving = new Int32Array(all.length);
  for (const node of from) leaving[node]!++;
  return all.filter((node, number) => leaving[number]! > 1 && node.declared);
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
