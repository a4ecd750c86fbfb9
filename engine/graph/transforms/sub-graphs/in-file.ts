/** Positions of a sub-graph name its file, so that findings are shown in the text that wrote them. */
import type { Attr, Attrs, Diagnostic, Graph, TextPosition } from "../../model.ts";

export function inFile(graph: Graph, file: string): Graph {
  const at = (position: TextPosition): TextPosition => ({ ...position, file });
  const known = new Map<Attrs, Attrs>();
  // Edges of a chain, and nodes of a block, share their attributes.
  const attrsIn = (attrs: Attrs): Attrs => {
    const before = known.get(attrs);
    if (before) return before;
    const moved = new Map(
      [...attrs].map(([key, attr]): [string, Attr] => [
        key,
        { ...attr, keyAt: at(attr.keyAt), valueAt: at(attr.valueAt) },
      ]),
    );
    known.set(attrs, moved);
    return moved;
  };
  return {
    ...graph,
    attrs: attrsIn(graph.attrs),
    nodes: new Map(
      [...graph.nodes].map(([id, node]) => [id, { ...node, at: at(node.at), attrs: attrsIn(node.attrs) }]),
    ),
    edges: graph.edges.map((edge) => ({
      ...edge,
      at: at(edge.at),
      toAt: at(edge.toAt),
      attrs: attrsIn(edge.attrs),
    })),
    subgraphs: graph.subgraphs.map((group) => ({ ...group, at: at(group.at) })),
  };
}

export const placed = (found: Diagnostic, file: string): Diagnostic => ({
  ...found,
  at: { ...found.at, file },
});
