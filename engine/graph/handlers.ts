/** Which handler runs a node: an explicit known `type`, else the shape, else a telling id, else an agent. */

import type { HandlerType } from "./handler-type.ts";
import type { GraphNode } from "./model.ts";

export interface Shape {
  readonly shape: string;
  readonly handler: HandlerType;
  readonly meaning: string;
}

export const SHAPES: readonly Shape[] = [
  { shape: "Mdiamond", handler: "start", meaning: "where the run begins" },
  { shape: "circle", handler: "start", meaning: "the same" },
  { shape: "Msquare", handler: "exit", meaning: "where a run ends; goal gates are checked here" },
  { shape: "doublecircle", handler: "exit", meaning: "the same" },
  { shape: "box", handler: "agent", meaning: "work for a model; what a node without a shape is" },
  { shape: "hexagon", handler: "wait.human", meaning: "a decision of a person" },
  { shape: "tab", handler: "agent", meaning: "the same, as Fabro draws a prompt without tools" },
  {
    shape: "diamond",
    handler: "conditional",
    meaning: "routes by conditions and passes the last outcome through",
  },
  { shape: "component", handler: "parallel", meaning: "fan-out: every outgoing edge is a branch" },
  { shape: "tripleoctagon", handler: "parallel.fan_in", meaning: "fan-in: where branches meet" },
  { shape: "parallelogram", handler: "tool", meaning: "a shell command" },
  { shape: "insulator", handler: "tool", meaning: "a pause of `duration`, as Fabro draws it" },
  { shape: "house", handler: "stack.manager_loop", meaning: "supervises a child graph" },
];

/** Shapes of another program's primitives; lint refuses them with the fix. */
export const REFUSED_SHAPES: ReadonlyMap<string, string> = new Map([
  ["trapezium", "the beginning of a loop primitive"],
  ["invtrapezium", "the end of a loop primitive"],
  ["pentagon", "a concurrent split"],
  ["cylinder", "a concurrent join"],
]);
export const REFUSED_TYPES: ReadonlySet<string> = new Set([
  "loop.begin",
  "loop.end",
  "concurrent.split",
  "concurrent.join",
]);

const BY_SHAPE = new Map(SHAPES.map(({ shape, handler }) => [shape, handler]));
const BY_TYPE = new Map<string, HandlerType>([
  ...SHAPES.map(({ handler }) => [handler, handler] as const),
  ["codergen", "agent"],
]);
const BY_ID = new Map<string, HandlerType>([
  ["start", "start"],
  ["exit", "exit"],
  ["end", "exit"],
]);

export const KNOWN_SHAPES: ReadonlySet<string> = new Set(BY_SHAPE.keys());
export const KNOWN_TYPES: ReadonlySet<string> = new Set(BY_TYPE.keys());

export function handlerOf(node: GraphNode): HandlerType {
  const type = node.attrs.get("type")?.value ?? "";
  const byType = BY_TYPE.get(type);
  if (byType !== undefined) return byType;

  const shape = node.attrs.get("shape");
  const byShape = BY_SHAPE.get(shape?.value ?? "");
  // `node [shape=box]` says nothing about a node called start; a shape of its own does.
  const shapeIsOwn = shape !== undefined && shape.value !== "" && shape.origin !== "default";
  const byId = type === "" && !shapeIsOwn ? BY_ID.get(node.id.toLowerCase()) : undefined;
  return byId ?? byShape ?? "agent";
}
