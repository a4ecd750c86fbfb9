/** The grammar's tree of placeholders -> the graph, each placeholder taken back in the order of the text. */
import {
  boundAttributes,
  type Draft,
  type DraftSubgraph,
  finish,
  NO_CLASSES,
  newDraft,
  roomForAttributes,
  roomForEdges,
} from "./draft.ts";
import type { GrammarTrees } from "./grammar.ts";
import type { Attr, AttrOrigin, Attrs, Diagnostic, Graph, TextPosition } from "./model.ts";
import { checkAttributeName, checkNodeId } from "./names.ts";
import { BLOCK, CUT } from "./placeholders.ts";
import { blockScope, type GraphScope, graphScope, overlaid, redeclared, setDefaults } from "./scope.ts";
import type { AttrTree, StatementTree } from "./statement-tree.ts";
import { excerpt, type Mistake, syntaxError } from "./syntax-error.ts";
import { positionOf, TokenKind, type Tokens, tokenText } from "./tokens.ts";

interface EndNode {
  readonly id: string;
  readonly at: TextPosition;
}
/** What one end of an edge names; a block may get more nodes until the edge is complete. */
type End = readonly EndNode[] | DraftSubgraph;

export function resolve(
  tokens: Tokens,
  trees: GrammarTrees,
  name: string,
): { graph: Graph | null; diagnostics: Diagnostic[] } {
  const draft = newDraft(tokens, trees);
  readBody(draft, trees.statements[0]!, graphScope());
  const graph = draft.diagnostics.length === 0 ? finish(draft, name) : null;
  return { graph, diagnostics: draft.diagnostics };
}

function readBody(draft: Draft, statements: readonly StatementTree[], scope: GraphScope): void {
  /** Ends of an edge chain that was cut, until its last part is read. */
  let ends: End[] = [];
  for (const statement of statements) {
    switch (statement.type) {
      case "attr_stmt":
        readAttrStatement(draft, statement, scope);
        break;
      case "node_stmt":
        if (statement.node_id.id === BLOCK) readBlock(draft, scope, false);
        else declareNode(draft, take(draft), statement.attr_list, scope);
        break;
      case "edge_stmt":
        for (const { id } of statement.edge_list) if (id !== CUT) ends.push(readEnd(draft, id, scope));
        if (statement.edge_list.at(-1)!.id === CUT) break;
        addEdges(draft, ends, statement.attr_list, scope);
        ends = [];
    }
  }
}

function readAttrStatement(
  draft: Draft,
  { target, attr_list }: StatementTree & { type: "attr_stmt" },
  scope: GraphScope,
): void {
  const attrs = readAttrs(draft, attr_list, target === "graph" ? "explicit" : "default");
  if (target !== "graph") {
    setDefaults(draft, scope, target, attrs);
    return;
  }
  if (scope.block) scope.block.label = attrs.get("label")?.value ?? scope.block.label;
  else for (const [name, attr] of attrs) draft.attrs.set(name, attr);
  boundAttributes(draft, draft.attrs);
}

function declareNode(draft: Draft, token: number, list: readonly AttrTree[], scope: GraphScope): void {
  const id = readId(draft, token);
  mention(scope, id, token);
  if (scope.endpoint && list.length === 0) return;
  const explicit = readAttrs(draft, list, "explicit");
  const node = draft.nodes.get(id);
  if (node) node.attrs = redeclared(draft, scope, node.attrs, explicit);
  else {
    const attrs = overlaid(draft, scope.node, explicit);
    const at = positionOf(draft.tokens, token);
    draft.nodes.set(id, { id, attrs, at, classes: NO_CLASSES, declared: true });
  }
  for (let inner: GraphScope | null = scope; inner?.block; inner = inner.parent) inner.block.nodes.add(id);
}

function readEnd(draft: Draft, placeholder: string, scope: GraphScope): End {
  if (placeholder === BLOCK) return readBlock(draft, scope, true);
  const token = take(draft);
  const id = readId(draft, token);
  mention(scope, id, token);
  return [{ id, at: positionOf(draft.tokens, token) }];
}

const nodesAt = (draft: Draft, end: End): readonly EndNode[] =>
  "members" in end
    ? Array.from(end.members, ([id, token]) => ({ id, at: positionOf(draft.tokens, token) }))
    : end;

function addEdges(draft: Draft, ends: readonly End[], list: readonly AttrTree[], scope: GraphScope): void {
  const attrs = overlaid(draft, scope.edge, readAttrs(draft, list, "explicit"));
  const { edges } = draft;
  let heads = nodesAt(draft, ends[0]!);
  for (let i = 1; i < ends.length; i++) {
    const tails = heads;
    heads = nodesAt(draft, ends[i]!);
    if (!roomForEdges(draft, tails.length * heads.length)) return;
    for (const { id: from, at } of tails)
      for (const { id: to, at: toAt } of heads)
        edges.push({ index: edges.length, from, to, attrs, at, toAt });
  }
}

/** Reads the next block of the text; one that bears the name of an earlier block goes on with it. */
function readBlock(draft: Draft, scope: GraphScope, endpoint: boolean): DraftSubgraph {
  const number = draft.nextBlock++;
  const { open, name } = draft.trees.blocks[number]!;
  const id = name === null ? null : tokenText(draft.tokens, name);
  const known = id === null ? undefined : draft.named.get(id);
  if (known && known.parent !== scope.block) {
    const at = positionOf(draft.tokens, name!);
    draft.diagnostics.push(syntaxError(at, sameNameElsewhere(known)));
  }
  const block = known ?? newBlock(draft, id, open, scope.block);
  block.groups ||= !endpoint;
  readBody(draft, draft.trees.statements[number + 1]!, blockScope(scope, block, endpoint));
  for (const [member, token] of block.members) mention(scope, member, token);
  return block;
}

/** Graphviz takes them for two, and a picture for one. */
function sameNameElsewhere({ id, at }: DraftSubgraph): Mistake {
  const message = `"${excerpt(id ?? "")}" already names a subgraph in another block, at line ${at.line}`;
  return { rule: "dot_subgraph", message, fix: "Give each its own name." };
}

function newBlock(
  draft: Draft,
  id: string | null,
  open: number,
  parent: DraftSubgraph | null,
): DraftSubgraph {
  const at = positionOf(draft.tokens, open);
  const found = { label: null, groups: false, nodes: new Set<string>(), members: new Map<string, number>() };
  const block: DraftSubgraph = { id, at, parent, ...found };
  draft.subgraphs.push(block);
  if (id !== null) draft.named.set(id, block);
  return block;
}

function mention({ block }: GraphScope, id: string, token: number): void {
  if (block && !block.members.has(id)) block.members.set(id, token);
}

function readId(draft: Draft, token: number): string {
  const id = tokenText(draft.tokens, token);
  if (draft.goodIds.has(id) && draft.tokens.kind[token] === TokenKind.word) return id;
  const wrong = checkNodeId(draft.tokens, token);
  if (wrong) draft.diagnostics.push(wrong);
  else if (draft.tokens.kind[token] === TokenKind.word) draft.goodIds.add(id);
  return id;
}

function readAttrs(draft: Draft, list: readonly AttrTree[], origin: AttrOrigin): Attrs {
  if (list.length === 0) return NONE;
  const attrs = new Map<string, Attr>();
  for (let i = 0; i < list.length; i++) {
    const attr = readAttr(draft, take(draft), take(draft), origin);
    attrs.set(attr.key, attr);
  }
  roomForAttributes(draft, attrs.size);
  return attrs;
}

const NONE: Attrs = new Map();

function readAttr(
  { tokens, goodNames, diagnostics }: Draft,
  name: number,
  value: number,
  origin: AttrOrigin,
): Attr {
  const key = tokenText(tokens, name);
  if (!goodNames.has(key)) {
    const wrong = checkAttributeName(tokens, name);
    if (wrong) diagnostics.push(wrong);
    else goodNames.add(key);
  }
  return {
    key,
    value: tokenText(tokens, value),
    quoted: tokens.kind[value] === TokenKind.string,
    keyAt: positionOf(tokens, name),
    valueAt: positionOf(tokens, value),
    origin,
  };
}

function take(draft: Draft): number {
  return draft.trees.ids[draft.nextId++]!;
}
