/** One pass over all written attributes: which of them the table has something to say about. */

import type { Attribute, AttributeScope } from "../../attributes/kinds.ts";
import { LAYOUT_ATTRIBUTES } from "../../attributes/layout.ts";
import { attributeRow } from "../../attributes.ts";
import type { HandlerType } from "../../handler-type.ts";
import type { Attr, Attrs, GraphEdge, GraphNode } from "../../model.ts";
import { checkValue } from "../../values.ts";
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

type Draft = { -readonly [K in keyof AttributeProblems]: AttributeProblems[K][number][] };

export function attributeProblems(context: LintContext): AttributeProblems {
  const draft: Draft = { unknown: [], refused: [], badValue: [], idle: [] };
  // A default block and a chain of edges hand the same text to many: it is judged once.
  const seen = new Set<number | string>();
  const visit = (attrs: Attrs, owner: Omit<Written, "attr">, handler: HandlerType | null): void => {
    for (const attr of attrs.values()) {
      if (attr.origin !== "explicit" && attr.origin !== "default") continue;
      const problem = judge(draft, { attr, ...owner }, handler, seen);
      if (problem) seen.add(placeOf(attr));
    }
  };
  visit(context.graph.attrs, { scope: "graph" }, null);
  for (const node of context.graph.nodes.values()) {
    if (node.attrs.size === 0) continue;
    const type = node.attrs.get("type")?.value ?? "";
    const handler = context.customTypes.has(type) ? null : context.handler(node.id);
    visit(node.attrs, { scope: "node", node }, handler);
  }
  for (const edge of context.graph.edges) visit(edge.attrs, { scope: "edge", edge }, null);
  return draft;
}

function judge(
  draft: Draft,
  written: Written,
  handler: HandlerType | null,
  seen: ReadonlySet<number | string>,
): boolean {
  const { attr, scope } = written;
  const row = attributeRow(scope, attr.key);
  if (row === undefined) {
    if (LAYOUT_ATTRIBUTES.has(attr.key) || seen.has(placeOf(attr))) return false;
    draft.unknown.push(written);
    return true;
  }
  if (row.support.is === "refused") {
    if (!seen.has(placeOf(attr))) draft.refused.push({ ...written, row });
    return true;
  }
  if (handler !== null && attr.origin === "explicit" && row.handlers?.includes(handler) === false) {
    draft.idle.push({ ...written, row, handler });
  }
  if (attr.value === "") return false;
  const value = checkValue(row.type, attr.value);
  if (value.ok) return false;
  if (!seen.has(placeOf(attr))) draft.badValue.push({ ...written, row, error: value.error, fix: value.fix });
  return true;
}

const placeOf = ({ keyAt: { file, offset } }: Attr): number | string =>
  file === undefined ? offset : `${file}:${offset}`;
