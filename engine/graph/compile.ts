/** The typed pipeline of a graph without error diagnostics. Total: what does not fit becomes the default. */
import { textOf } from "./attributes.ts";
import {
  readBoolean,
  readCondition,
  readFidelity,
  readInteger,
  readList,
  readTexts,
} from "./compile/read.ts";
import { readGraphRetry } from "./compile/retry.ts";
import { compileStage } from "./compile/stage.ts";
import { readInputSpecs } from "./input-specs.ts";
import type { Attrs, Graph, GraphEdge } from "./model.ts";
import type { Limits, Pipeline, Route } from "./pipeline.ts";

export interface CompileOptions {
  /** `type` values that the caller has handlers for. */
  readonly customTypes?: ReadonlySet<string>;
}

export function compile(graph: Graph, options: CompileOptions = {}): Pipeline {
  const { attrs } = graph;
  const defaults = {
    graph: attrs,
    retry: readGraphRetry(attrs),
    customTypes: options.customTypes ?? new Set<string>(),
  };
  const stages = new Map([...graph.nodes].map(([id, node]) => [id, compileStage(node, defaults)]));
  const ids = (handler: string) =>
    [...stages.values()].filter((stage) => stage.handler === handler).map(({ id }) => id);
  const { out, into } = compileRoutes(graph);
  return {
    name: graph.name,
    goal: textOf(attrs, "goal") ?? "",
    label: textOf(attrs, "label") ?? "",
    attrs: readTexts(attrs),
    stages,
    out,
    into,
    start: ids("start")[0] ?? "",
    exits: new Set(ids("exit")),
    retryTarget: textOf(attrs, "retry_target"),
    fallbackRetryTarget: textOf(attrs, "fallback_retry_target"),
    defaultFidelity: readFidelity(attrs, "default_fidelity") ?? "compact",
    defaultThread: textOf(attrs, "thread_id"),
    restartPersistKeys: readList(attrs, "loop_restart_persist_keys"),
    inputSpecs: readInputSpecs(attrs),
    limits: readLimits(attrs),
  };
}

function compileRoutes(graph: Graph): Pick<Pipeline, "out" | "into"> {
  const out = new Map<string, Route[]>();
  const into = new Map<string, Route[]>();
  for (const id of graph.nodes.keys()) {
    out.set(id, []);
    into.set(id, []);
  }
  for (const edge of graph.edges) {
    const route = compileRoute(edge);
    out.get(edge.from)?.push(route);
    into.get(edge.to)?.push(route);
  }
  return { out, into };
}

function compileRoute(edge: GraphEdge): Route {
  const { attrs, index, from, to } = edge;
  const conditionText = textOf(attrs, "condition") ?? "";
  return {
    index,
    from,
    to,
    label: textOf(attrs, "label") ?? "",
    condition: readCondition(conditionText),
    conditionText,
    weight: readInteger(attrs, "weight", Number.MIN_SAFE_INTEGER) ?? 0,
    loopRestart: readBoolean(attrs, "loop_restart") ?? false,
    fidelity: readFidelity(attrs, "fidelity"),
    threadId: textOf(attrs, "thread_id"),
  };
}

function readLimits(attrs: Attrs): Limits {
  return {
    signatureLimit: readInteger(attrs, "loop_restart_signature_limit", 1) ?? 3,
    maxRestarts: readInteger(attrs, "max_restarts", 1) ?? 50,
    maxNodeVisits: readInteger(attrs, "max_node_visits", 1) ?? 200,
    maxNodeFailures: readInteger(attrs, "max_node_failures", 1) ?? 8,
    retriesBeforeEscalation: readInteger(attrs, "retries_before_escalation", 0) ?? 2,
  };
}
