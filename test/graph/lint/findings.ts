import { lint } from "../../../engine/graph/lint/index.ts";
import type { Diagnostic } from "../../../engine/graph/model.ts";
import { parse } from "../../../engine/graph/parse.ts";
import { transform } from "../../../engine/graph/transforms.ts";

/** A start, an exit and whatever else the test needs. */
export const graphOf = (body: string): string =>
  `digraph g {\n  start [shape=Mdiamond]\n  exit [shape=Msquare]\n${body}\n}`;

export function findings(source: string, code?: string, customTypes: readonly string[] = []): Diagnostic[] {
  const { graph, diagnostics } = parse(source);
  if (graph === null) throw new Error(`not a graph: ${JSON.stringify(diagnostics)}`);
  const all = lint(transform(graph).graph, { source, customTypes: new Set(customTypes) });
  return code === undefined ? all : all.filter(({ rule }) => rule === code);
}

/** Severity and the node or edge of each finding, for short expectations. */
export const places = (source: string, code: string): string[] =>
  findings(source, code).map(({ severity, node_id, edge }) =>
    [severity, node_id ?? (edge === undefined ? "graph" : `${edge.from}->${edge.to}`)].join(" "),
  );
