/** The graph while it is being put together, and the bounds that keep a small file from becoming a large graph. */
import { classFromLabel } from "./classes.ts";
import type { GrammarTrees } from "./grammar.ts";
import { MAX_ATTRIBUTES, MAX_EDGES, MAX_TOTAL_ATTRIBUTES } from "./limits.ts";
import type { Attr, Attrs, Diagnostic, Graph, GraphEdge, GraphNode, TextPosition } from "./model.ts";
import { syntaxError } from "./syntax-error.ts";
import { positionOf, type Tokens } from "./tokens.ts";
import { parseList } from "./values.ts";

/** Its classes come last. */
type DraftNode = GraphNode & { attrs: Attrs; classes: readonly string[] };

export interface DraftSubgraph {
  readonly id: string | null;
  readonly at: TextPosition;
  readonly parent: DraftSubgraph | null;
  label: string | null;
  /** False while it only ever stood at the end of an edge, as in `{a b} -> c`. */
  groups: boolean;
  /** Declared inside, nested blocks included. */
  readonly nodes: Set<string>;
  /** Named inside, by an edge too, with the token that did it first. */
  readonly members: Map<string, number>;
}

export interface Draft {
  readonly tokens: Tokens;
  readonly trees: GrammarTrees;
  readonly attrs: Map<string, Attr>;
  readonly nodes: Map<string, DraftNode>;
  readonly edges: GraphEdge[];
  readonly subgraphs: DraftSubgraph[];
  readonly named: Map<string, DraftSubgraph>;
  readonly diagnostics: Diagnostic[];
  /** Names that were found in order. */
  readonly goodIds: Set<string>;
  readonly goodNames: Set<string>;
  nextId: number;
  nextBlock: number;
  attributesLeft: number;
  /** Set when a bound was passed: nothing is added any more. */
  full: boolean;
}

export function newDraft(tokens: Tokens, trees: GrammarTrees): Draft {
  return {
    tokens,
    trees,
    attrs: new Map(),
    nodes: new Map(),
    edges: [],
    subgraphs: [],
    named: new Map(),
    diagnostics: [],
    goodIds: new Set(),
    goodNames: new Set(),
    nextId: 0,
    nextBlock: 0,
    attributesLeft: MAX_TOTAL_ATTRIBUTES,
    full: false,
  };
}

/** Whether another `count` edges fit; the first that do not are an error. */
export function roomForEdges(draft: Draft, count: number): boolean {
  if (draft.edges.length + count <= MAX_EDGES) return true;
  refuse(draft, `more than ${MAX_EDGES} edges`);
  return false;
}

/** Refuses what carries too much. */
export function boundAttributes(draft: Draft, attrs: Attrs): void {
  if (attrs.size > MAX_ATTRIBUTES) refuse(draft, `more than ${MAX_ATTRIBUTES} attributes, defaults included`);
}

/** Whether `count` attributes more may be copied: every node and edge has its own. */
export function roomForAttributes(draft: Draft, count: number): boolean {
  draft.attributesLeft -= count;
  if (draft.attributesLeft < 0)
    refuse(draft, `more than ${MAX_TOTAL_ATTRIBUTES} attributes in all, defaults included`);
  return !draft.full;
}

function refuse(draft: Draft, message: string): void {
  if (draft.full) return;
  draft.full = true;
  const at = positionOf(draft.tokens, draft.trees.ids[draft.nextId - 1]!);
  draft.diagnostics.push(
    syntaxError(at, { rule: "dot_limit", message, fix: "Use fewer, or split the graph." }),
  );
}

export function finish(draft: Draft, name: string): Graph {
  const subgraphs = draft.subgraphs.filter(
    ({ groups, id, label }) => groups || id !== null || label !== null,
  );
  const derived = deriveClasses(subgraphs);
  const nodes: Map<string, GraphNode> = draft.nodes;
  for (const node of draft.nodes.values()) {
    const own = node.attrs.get("class");
    const others = derived.get(node.id);
    if (own || others) node.classes = [...new Set([...(own ? parseList(own.value) : []), ...(others ?? [])])];
  }
  for (const { from, to, at, toAt } of draft.edges) {
    if (!nodes.has(from)) nodes.set(from, undeclared(from, at));
    if (!nodes.has(to)) nodes.set(to, undeclared(to, toAt));
  }
  return {
    name,
    attrs: draft.attrs,
    nodes,
    edges: draft.edges,
    subgraphs: subgraphs.map(({ id, label, nodes, at }) => ({ id, label, nodes: [...nodes], at })),
  };
}

export const NO_CLASSES: readonly string[] = [];
const NO_ATTRS: Attrs = new Map();

function undeclared(id: string, at: TextPosition): GraphNode {
  return { id, attrs: NO_ATTRS, at, classes: NO_CLASSES, declared: false };
}

function deriveClasses(subgraphs: readonly DraftSubgraph[]): Map<string, string[]> {
  const derived = new Map<string, string[]>();
  for (const { label, nodes } of subgraphs) {
    const name = classFromLabel(label ?? "");
    if (name === "") continue;
    for (const id of nodes) {
      const classes = derived.get(id);
      if (classes) classes.push(name);
      else derived.set(id, [name]);
    }
  }
  return derived;
}
