/** The parsed graph: what the text says, with a place for everything. Typing comes later (pipeline.ts). */

/** 1-based line and column (columns count UTF-16 units), 0-based offset into the source. */
export interface TextPosition {
  /** The sub-graph's file, as the graph names it; absent for the graph itself. */
  readonly file?: string;
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** Where a value came from: later transforms may only fill what the author left open. */
export type AttrOrigin = "explicit" | "default" | "stylesheet" | "graph" | "derived";

export interface Attr {
  readonly key: string;
  readonly value: string;
  /** Whether the author quoted the value; `1.10` and `"1.10"` are the same text, but lint may care. */
  readonly quoted: boolean;
  readonly keyAt: TextPosition;
  readonly valueAt: TextPosition;
  readonly origin: AttrOrigin;
}

/** Maps, never objects: names such as `__proto__` and `constructor` are ordinary names. */
export type Attrs = ReadonlyMap<string, Attr>;

export interface GraphNode {
  readonly id: string;
  readonly attrs: Attrs;
  readonly at: TextPosition;
  /** From `class` and from the labels of enclosing subgraphs, in that order, without repeats. */
  readonly classes: readonly string[];
  /** False when only an edge names it (specification: an error, not a node). */
  readonly declared: boolean;
}

export interface GraphEdge {
  /** Declaration order after chains and groups are expanded; the last tie-break and the edge's identity. */
  readonly index: number;
  readonly from: string;
  readonly to: string;
  readonly attrs: Attrs;
  readonly at: TextPosition;
  readonly toAt: TextPosition;
}

export interface Subgraph {
  readonly id: string | null;
  readonly label: string | null;
  readonly nodes: readonly string[];
  readonly at: TextPosition;
}

export interface Graph {
  readonly name: string;
  readonly attrs: Attrs;
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly edges: readonly GraphEdge[];
  readonly subgraphs: readonly Subgraph[];
}

export type Severity = "error" | "warning" | "info";

/** One finding of the parser or a lint rule; the shape that `validate --json` prints. */
export interface Diagnostic {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly at: TextPosition;
  readonly node_id?: string;
  readonly edge?: { readonly from: string; readonly to: string };
  readonly fix?: string;
}
