/** Graph -> canonical DOT: one statement for each node, subgraph and edge, defaults written out, order kept. */
import { endOfWord } from "./characters.ts";
import type { Attr, Attrs, Graph, GraphEdge, GraphNode, Subgraph } from "./model.ts";
import { isPlainId } from "./names.ts";
import { quoteString } from "./quoting.ts";

const LINE_WIDTH = 100;

export function print(graph: Graph): string {
  const declared = [...graph.nodes.values()].filter((node) => node.declared);
  const statements = [
    ...(graph.attrs.size > 0 ? [`graph ${attributeList(graph.attrs)}`] : []),
    ...declared.map(printNode),
    ...graph.subgraphs.map(printSubgraph),
    ...graph.edges.map(printEdge),
  ];
  const name = graph.name === "" ? "" : `${printId(graph.name)} `;
  return `digraph ${name}{\n${statements.map((text) => `  ${text}\n`).join("")}}\n`;
}

function printNode({ id, attrs }: GraphNode): string {
  return attrs.size > 0 ? `${printId(id)} ${attributeList(attrs)}` : printId(id);
}

function printEdge({ from, to, attrs }: GraphEdge): string {
  const edge = `${printId(from)} -> ${printId(to)}`;
  return attrs.size > 0 ? `${edge} ${attributeList(attrs)}` : edge;
}

function printSubgraph({ id, label, nodes }: Subgraph): string {
  const head = id === null ? "{" : `subgraph ${printId(id)} {`;
  const lines = [...(label === null ? [] : [`label=${quoteString(label)}`]), ...nodes.map(printId)];
  return `${head}\n${lines.map((line) => `    ${line}\n`).join("")}  }`;
}

function attributeList(attrs: Attrs): string {
  const texts = [...attrs.values()].map((attr) => `${attr.key}=${printValue(attr)}`);
  const line = `[${texts.join(", ")}]`;
  if (line.length <= LINE_WIDTH && !line.includes("\n")) return line;
  return `[\n${texts.map((text) => `    ${text},\n`).join("")}  ]`;
}

function printValue({ value, quoted }: Attr): string {
  const bare = !quoted && value !== "" && endOfWord(value, 0, true) === value.length;
  return bare ? value : quoteString(value);
}

function printId(id: string): string {
  return isPlainId(id) ? id : quoteString(id);
}
