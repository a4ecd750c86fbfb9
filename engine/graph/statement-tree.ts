/** What the grammar makes of placeholders: every id is one of their three letters. */
export interface AttrTree {
  readonly id: string;
  readonly eq: string | null;
}
interface NodeTree {
  readonly id: string;
}
export type StatementTree =
  | {
      readonly type: "attr_stmt";
      readonly target: "graph" | "node" | "edge";
      readonly attr_list: readonly AttrTree[];
    }
  | { readonly type: "node_stmt"; readonly node_id: NodeTree; readonly attr_list: readonly AttrTree[] }
  | {
      readonly type: "edge_stmt";
      readonly edge_list: readonly NodeTree[];
      readonly attr_list: readonly AttrTree[];
    };
