/** The one table of attributes: what each may hold, what it does, and what is not done. */
import { EDGE_ROWS } from "./attributes/edge.ts";
import { GRAPH_ROWS } from "./attributes/graph.ts";
import type { Attribute, AttributeScope } from "./attributes/kinds.ts";
import { NODE_ROWS } from "./attributes/node.ts";
import type { Attr, Attrs } from "./model.ts";

export const ATTRIBUTES: readonly Attribute[] = [...GRAPH_ROWS, ...NODE_ROWS, ...EDGE_ROWS];

const BY_NAME = new Map<AttributeScope, Map<string, Attribute>>(
  (["graph", "node", "edge", "subgraph"] as const).map((scope) => [
    scope,
    new Map(
      ATTRIBUTES.filter((row) => row.scope === scope).flatMap((row) =>
        [row.name, ...row.aliases].map((name) => [name, row] as const),
      ),
    ),
  ]),
);
const ALIASES = new Map(
  ATTRIBUTES.filter((row) => row.aliases.length > 0).map((row) => [row.name, row.aliases]),
);

/** The table has these rows once, under `input.KEY.…`. */
const INPUT_ASPECT = /^input\.[A-Za-z_][A-Za-z0-9_]*\.([a-z]+)$/;

/** The row for a name or an alias of it. */
export function attributeRow(scope: AttributeScope, name: string): Attribute | undefined {
  const keyed = scope === "graph" && name.startsWith("input.") ? INPUT_ASPECT.exec(name)?.[1] : undefined;
  return BY_NAME.get(scope)?.get(keyed === undefined ? name : `input.KEY.${keyed}`);
}

/** Every name under which the table has it. */
export const everyNameOf = (name: string): readonly string[] => [name, ...(ALIASES.get(name) ?? [])];

/** The attribute under its own name, else under an alias. An empty value counts as absent. */
export function attrOf(attrs: Attrs, name: string): Attr | undefined {
  // Most edges have none, and each is asked some thirty times.
  if (attrs.size === 0) return undefined;
  const own = attrs.get(name);
  if (own !== undefined && own.value !== "") return own;
  const aliases = ALIASES.get(name);
  if (aliases === undefined) return undefined;
  for (const alias of aliases) {
    const other = attrs.get(alias);
    if (other !== undefined && other.value !== "") return other;
  }
  return undefined;
}

export function textOf(attrs: Attrs, name: string): string | null {
  return attrOf(attrs, name)?.value ?? null;
}
