/** One sub-graph in its node's place: the node is where it begins, and each of its exits goes on as the node did. */
import { attributeRow, textOf } from "../../attributes.ts";
import { handlerOf } from "../../handlers.ts";
import type { Attr, Attrs, Graph, GraphEdge, GraphNode, Subgraph } from "../../model.ts";
import { parseList } from "../../values.ts";
import { withAttrs } from "../edit.ts";

type Put =
  | { readonly ok: true; readonly graph: Graph }
  | { readonly ok: false; readonly error: string; readonly fix: string };

const MOST_ID = 100;

export function putInPlace(graph: Graph, node: GraphNode, child: Graph): Put {
  const file = textOf(node.attrs, "dot_file") ?? "";
  const of = (handler: string) => [...child.nodes.values()].filter((inner) => handlerOf(inner) === handler);
  const [start, ...more] = of("start");
  const exits = of("exit").map(({ id }) => id);
  if (start === undefined || more.length > 0 || exits.length === 0) {
    const error = `${file} has ${more.length + (start ? 1 : 0)} starts and ${exits.length} exits`;
    return {
      ok: false,
      error,
      fix: "give it one start (shape=Mdiamond) and at least one exit (shape=Msquare)",
    };
  }
  const nameOf = (id: string) => (id === start.id ? node.id : `${node.id}.${id}`);
  const long = [...child.nodes.keys()].find((id) => nameOf(id).length > MOST_ID);
  if (long !== undefined)
    return {
      ok: false,
      error: `${nameOf(long)} is longer than ${MOST_ID} characters`,
      fix: "use shorter ids",
    };

  const nodes = new Map<string, GraphNode>();
  for (const [id, outer] of graph.nodes) {
    nodes.set(id, id === node.id ? passesOn(outer) : outer);
    if (id !== node.id) continue;
    for (const inner of child.nodes.values()) {
      if (inner.id === start.id) continue;
      const named = renamed(inner, nameOf, child);
      nodes.set(named.id, exits.includes(inner.id) ? passesOn(named) : named);
    }
  }
  const entering = child.edges.map((edge) => ({ ...edge, from: nameOf(edge.from), to: nameOf(edge.to) }));
  const edges: Omit<GraphEdge, "index">[] = [];
  let entered = false;
  for (const edge of graph.edges) {
    if (edge.from !== node.id) edges.push(edge);
    else for (const exit of exits) edges.push({ ...edge, from: nameOf(exit) });
    if (edge.to !== node.id || entered) continue;
    edges.push(...entering);
    entered = true;
  }
  if (!entered) edges.push(...entering);
  return {
    ok: true,
    graph: {
      ...graph,
      attrs: withInputs(graph.attrs, child.attrs),
      nodes,
      edges: edges.map((edge, index) => ({ ...edge, index })),
      subgraphs: [...graph.subgraphs.map(grown), ...groups(node, child, nameOf)],
    },
  };

  /** A group that holds the node holds what stands in its place. */
  function grown(group: Subgraph): Subgraph {
    if (!group.nodes.includes(node.id)) return group;
    return { ...group, nodes: [...group.nodes, ...innerIds(child, start!.id).map(nameOf)] };
  }
}

const innerIds = (child: Graph, start: string): string[] =>
  [...child.nodes.keys()].filter((id) => id !== start);

function groups(node: GraphNode, child: Graph, nameOf: (id: string) => string): Subgraph[] {
  const own = {
    id: node.id,
    label: textOf(node.attrs, "label") ?? textOf(child.attrs, "label") ?? node.id,
    nodes: [...child.nodes.keys()].map(nameOf),
    at: node.at,
  };
  const inner = child.subgraphs.map((group) => ({
    ...group,
    id: group.id === null ? null : `${node.id}.${group.id}`,
    nodes: group.nodes.map(nameOf),
  }));
  return [own, ...inner];
}

/** It hands on the outcome before it, as a conditional does. */
const passesOn = (node: GraphNode): GraphNode => withAttrs(node, [derived(node, "type", "conditional")]);

const derived = (node: GraphNode, key: string, value: string): Attr => ({
  key,
  value,
  quoted: true,
  keyAt: node.at,
  valueAt: node.at,
  origin: "derived",
});

function renamed(inner: GraphNode, nameOf: (id: string) => string, child: Graph): GraphNode {
  const attrs = [...inner.attrs.values()].flatMap((attr) => {
    const names = attributeRow("node", attr.key)?.type.kind === "node" || attr.key === "human.default_choice";
    return names && child.nodes.has(attr.value) ? [{ ...attr, value: nameOf(attr.value) }] : [];
  });
  const label = textOf(inner.attrs, "label") === null ? [derived(inner, "label", inner.id)] : [];
  return withAttrs({ ...inner, id: nameOf(inner.id) }, [...attrs, ...label]);
}

/** What the sub-graph must be given, the whole graph must be given. */
function withInputs(outer: Attrs, inner: Attrs): Attrs {
  const attrs = new Map(outer);
  for (const [key, attr] of inner) if (key.startsWith("input.") && !attrs.has(key)) attrs.set(key, attr);
  const wanted = inner.get("inputs");
  if (wanted === undefined) return attrs;
  const before = outer.get("inputs");
  const all = new Set([...parseList(before?.value ?? ""), ...parseList(wanted.value)]);
  return attrs.set("inputs", { ...(before ?? wanted), value: [...all].join(", ") });
}
