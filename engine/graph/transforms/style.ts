/** Fills model attributes that a node leaves open: from the stylesheet, then from the graph's own. */
import { attrOf, textOf } from "../attributes.ts";
import type { Attr, Graph, GraphNode } from "../model.ts";
import { indexStyles, parseStylesheet, STYLE_PROPERTIES, styleFor } from "../stylesheet.ts";
import { mapNodes, withAttrs } from "./edit.ts";

export function applyStylesheet(graph: Graph): Graph {
  const sheet = attrOf(graph.attrs, "model_stylesheet");
  const parsed = parseStylesheet(sheet?.value ?? "");
  const index = indexStyles(parsed.ok ? parsed.rules : []);
  const defaults = STYLE_PROPERTIES.flatMap((property) => attrOf(graph.attrs, property) ?? []);
  const nothing = sheet === undefined && defaults.length === 0;
  return nothing ? graph : mapNodes(graph, (node) => withAttrs(node, fill(node)));

  function fill(node: GraphNode): Attr[] {
    const { id, classes, attrs } = node;
    const style = styleFor(index, { id, classes, shape: textOf(attrs, "shape") ?? "box" });
    return STYLE_PROPERTIES.flatMap((key): Attr[] => {
      if (attrOf(attrs, key) !== undefined) return [];
      const value = style.get(key);
      if (value !== undefined && sheet !== undefined) return [{ ...sheet, key, value, origin: "stylesheet" }];
      const byGraph = attrOf(graph.attrs, key);
      return byGraph === undefined ? [] : [{ ...byGraph, key, origin: "graph" }];
    });
  }
}
