/**
 * The forms of statement that nearly every graph is made of, read as dotparser reads them
 * (`test/graph/statement-forms.test.ts`): it takes as long to load and to begin as all rules of the lint.
 */
import { BLOCK, NAME } from "./placeholders.ts";
import type { AttrTree, StatementTree } from "./statement-tree.ts";

/** A name or block, a chain of edges, or a keyword before its list. */
const PLAIN = /^ ?(?:([TZ](?:-> ?[TZ])*)|(graph|node|edge)(?=\[))(?:\[(T=T(?:[ ,;]T=T)*)\])?;?$/;
const ASSIGNMENT = /^ ?T=T;?$/;

const ATTR: AttrTree & { type: "attr" } = { type: "attr", id: NAME, eq: NAME };
const NODE = { type: "node_id", id: NAME };
const GROUP = { type: "node_id", id: BLOCK };

/** Null: the grammar is to be asked. */
export function plainStatement(text: string): StatementTree | null {
  if (ASSIGNMENT.test(text)) return { type: "attr_stmt", target: "graph", attr_list: [ATTR] };
  const found = PLAIN.exec(text);
  if (found === null) return null;
  const [, chain = "", target, list] = found;
  const attr_list = list === undefined ? [] : list.split(/[ ,;]/).map(() => ATTR);
  if (target !== undefined)
    return { type: "attr_stmt", target: target as "graph" | "node" | "edge", attr_list };
  const edge_list = chain.split("->").map((name) => (name.endsWith(BLOCK) ? GROUP : NODE));
  if (edge_list.length > 1) return { type: "edge_stmt", edge_list, attr_list };
  return { type: "node_stmt", node_id: edge_list[0]!, attr_list };
}
