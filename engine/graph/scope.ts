/** Defaults: in force from where they stand to the end of their block, and in the blocks inside it. */
import { boundAttributes, type Draft, type DraftSubgraph, roomForAttributes } from "./draft.ts";
import type { Attr, Attrs } from "./model.ts";

export interface GraphScope {
  /** null: the graph itself. */
  readonly block: DraftSubgraph | null;
  readonly parent: GraphScope | null;
  /** Whether the block stands at the end of an edge: a bare name in it then only refers to a node. */
  readonly endpoint: boolean;
  /** Never changed in place: nodes share them. */
  node: Attrs;
  edge: Attrs;
  /** Those of `node` that a block set: they reach nodes that the block only mentions again. */
  nodeOfBlock: Attrs;
}

const NONE: Attrs = new Map();

export function graphScope(): GraphScope {
  return { block: null, parent: null, endpoint: false, node: NONE, edge: NONE, nodeOfBlock: NONE };
}

export function blockScope(parent: GraphScope, block: DraftSubgraph, endpoint: boolean): GraphScope {
  return { block, parent, endpoint, node: parent.node, edge: parent.edge, nodeOfBlock: parent.nodeOfBlock };
}

export function setDefaults(draft: Draft, scope: GraphScope, target: "node" | "edge", defaults: Attrs): void {
  scope[target] = overlaid(draft, scope[target], defaults);
  if (target === "node" && scope.block) scope.nodeOfBlock = overlaid(draft, scope.nodeOfBlock, defaults);
}

/** A copy of `under` where the latest wins. */
export function overlaid(draft: Draft, under: Attrs, over: Attrs): Attrs {
  if (over.size === 0) return under;
  if (under.size === 0) return over;
  if (!roomForAttributes(draft, under.size + over.size)) return under;
  const result = new Map(under);
  for (const [name, attr] of over) result.set(name, attr);
  boundAttributes(draft, result);
  return result;
}

/** What a node's further mention adds: new explicit values win, a block's defaults only replace other defaults. */
export function redeclared(draft: Draft, scope: GraphScope, before: Attrs, explicit: Attrs): Attrs {
  const defaults = new Map<string, Attr>();
  for (const [name, attr] of scope.nodeOfBlock) {
    if (before.get(name)?.origin !== "explicit") defaults.set(name, attr);
  }
  return overlaid(draft, overlaid(draft, before, defaults), explicit);
}
