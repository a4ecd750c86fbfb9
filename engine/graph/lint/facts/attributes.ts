/** One pass over all written attributes: which of them the table has something to say about. */

import type { Attribute, AttributeScope } from "../../attributes/kinds.ts";
import { LAYOUT_ATTRIBUTES } from "../../attributes/layout.ts";
import { attributeRow } from "../../attributes.ts";
import type { HandlerType } from "../../handler-type.ts";
import type { Attr, GraphEdge, GraphNode } from "../../model.ts";
import { checkValue, takesAnyText } from "../../values.ts";
import type { LintContext } from "../context.ts";

export interface Written {
  readonly attr: Attr;
  readonly scope: AttributeScope;
  readonly node?: GraphNode;
  readonly edge?: GraphEdge;
}

export interface AttributeProblems {
  /** In no table, and nothing of Graphviz. */
  readonly unknown: readonly Written[];
  readonly refused: readonly (Written & { readonly row: Attribute })[];
  readonly badValue: readonly (Written & {
    readonly row: Attribute;
    readonly error: string;
    readonly fix: string;
  })[];
  /** On a node whose handler does not read it. */
  readonly idle: readonly (Written & { readonly row: Attribute; readonly handler: HandlerType })[];
}

type Draft = { readonly [K in keyof AttributeProblems]: AttributeProblems[K][number][] } & {
  /** Places of the text that were found wrong. */
  readonly seen: Set<number | string>;
  /** The value of each that was found right last: many have the same. */
  readonly right: Map<Attribute, string>;
};

export function attributeProblems(context: LintContext): AttributeProblems {
  const draft: Draft = {
    unknown: [],
    refused: [],
    badValue: [],
    idle: [],
    seen: new Set(),
    right: new Map(),
  };
  for (const attr of context.graph.attrs.values())
    judge(draft, attr, { scope: "graph" }, attributeRow("graph", attr.key), null);
  for (const [key, nodes] of context.holders) {
    const row = attributeRow("node", key);
    if (isAlwaysRight(key, row)) continue;
    for (const node of nodes)
      judge(draft, node.attrs.get(key)!, { scope: "node", node }, row, readerOf(context, node, row));
  }
  for (const edge of context.graph.edges) {
    if (edge.attrs.size === 0) continue;
    for (const attr of edge.attrs.values())
      judge(draft, attr, { scope: "edge", edge }, attributeRow("edge", attr.key), null);
  }
  return draft;
}

/** Nothing is to be said of it, whatever its value and whoever has it. */
function isAlwaysRight(key: string, row: Attribute | undefined): boolean {
  if (row === undefined) return LAYOUT_ATTRIBUTES.has(key);
  return row.support.is === "honoured" && row.handlers === null && takesAnyText(row.type);
}

/** The handler that would have to read the attribute; null when it does, or when it is not known. */
function readerOf(context: LintContext, node: GraphNode, row: Attribute | undefined): HandlerType | null {
  if (row === undefined || row.handlers === null) return null;
  const handler = context.handler(node.id);
  const reads = row.handlers.includes(handler);
  return reads || context.customTypes.has(node.attrs.get("type")?.value ?? "") ? null : handler;
}

function judge(
  draft: Draft,
  attr: Attr,
  owner: Omit<Written, "attr">,
  row: Attribute | undefined,
  idleOn: HandlerType | null,
): void {
  if (attr.origin !== "explicit" && attr.origin !== "default") return;
  if (row !== undefined && row.support.is === "honoured") {
    if (idleOn !== null && attr.origin === "explicit")
      draft.idle.push({ attr, ...owner, row, handler: idleOn });
    if (attr.value === "" || takesAnyText(row.type)) return;
    if (draft.right.get(row) === attr.value) return;
    const value = checkValue(row.type, attr.value);
    if (value.ok) draft.right.set(row, attr.value);
    else if (isNew(draft, attr))
      draft.badValue.push({ attr, ...owner, row, error: value.error, fix: value.fix });
  } else if (row !== undefined) {
    if (isNew(draft, attr)) draft.refused.push({ attr, ...owner, row });
  } else if (!LAYOUT_ATTRIBUTES.has(attr.key) && isNew(draft, attr)) draft.unknown.push({ attr, ...owner });
}

/** A default block and a chain of edges hand the same text to many: it is judged once. */
function isNew({ seen }: Draft, attr: Attr): boolean {
  const { file, offset } = attr.keyAt;
  const place = file === undefined ? offset : `${file}:${offset}`;
  if (seen.has(place)) return false;
  seen.add(place);
  return true;
}
