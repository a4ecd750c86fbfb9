/** A graph as JSON for other programs; the field names are a contract under `schema_version`. */
import type { Attrs, Graph } from "../graph/model.ts";
import type { Pipeline, Route, Stage } from "../graph/pipeline.ts";
import { type NodeOverlay, type RunOf, type RunOverlay, runLookup } from "./overlay.ts";

export interface GraphJson {
  readonly schema_version: 1;
  readonly name: string;
  readonly label: string;
  readonly goal: string;
  readonly start: string;
  readonly exits: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  readonly nodes: readonly NodeJson[];
  readonly edges: readonly EdgeJson[];
  readonly subgraphs: readonly { readonly label: string | null; readonly nodes: readonly string[] }[];
}

interface Place {
  readonly line: number;
  readonly column: number;
}

export interface NodeJson extends Place {
  readonly id: string;
  readonly label: string;
  readonly handler: string;
  readonly classes: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  /** Only with a run. */
  readonly run?: {
    readonly state: NodeOverlay["state"];
    readonly visits: number;
    readonly duration_ms: number | null;
    readonly note?: string;
  };
}

export interface EdgeJson extends Place {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly condition: string;
  readonly weight: number;
  readonly loop_restart: boolean;
  readonly attributes: Readonly<Record<string, string>>;
}

export function graphJson(pipeline: Pipeline, graph: Graph, overlay: RunOverlay | null = null): GraphJson {
  const runOf = runLookup(overlay);
  const routes = [...pipeline.out.values()].flat().toSorted((a, b) => a.index - b.index);
  return {
    schema_version: 1,
    name: pipeline.name,
    label: pipeline.label,
    goal: pipeline.goal,
    start: pipeline.start,
    exits: [...pipeline.exits],
    attributes: texts(graph.attrs),
    nodes: [...pipeline.stages.values()].map((stage) => nodeJson(stage, graph, runOf)),
    edges: routes.map((route) => edgeJson(route, graph)),
    subgraphs: graph.subgraphs.map(({ label, nodes }) => ({ label, nodes })),
  };
}

function nodeJson(stage: Stage, graph: Graph, runOf: RunOf): NodeJson {
  const node = graph.nodes.get(stage.id)!;
  const run = runOf(stage.id);
  return {
    id: stage.id,
    label: stage.label,
    handler: stage.customType ?? stage.handler,
    classes: stage.classes,
    attributes: texts(node.attrs),
    line: node.at.line,
    column: node.at.column,
    ...(run && { run: runJson(run) }),
  };
}

function runJson({ state, visits, durationMs, note }: NodeOverlay): NonNullable<NodeJson["run"]> {
  return { state, visits, duration_ms: durationMs, ...(note !== undefined && { note }) };
}

function edgeJson(route: Route, graph: Graph): EdgeJson {
  const edge = graph.edges[route.index]!;
  return {
    from: route.from,
    to: route.to,
    label: route.label,
    condition: route.conditionText,
    weight: route.weight,
    loop_restart: route.loopRestart,
    attributes: texts(edge.attrs),
    line: edge.at.line,
    column: edge.at.column,
  };
}

/** Made from entries: `__proto__` is a possible key and stays one. */
function texts(attrs: Attrs): Record<string, string> {
  return Object.fromEntries([...attrs.values()].map(({ key, value }) => [key, value]));
}
