/** A pipeline as a Mermaid flowchart that GitHub draws: hostile labels stay text, its limits are kept. */
import type { HandlerType } from "../graph/handler-type.ts";
import { mermaidLayers } from "./mermaid-layers.ts";
import { mermaidText } from "./mermaid-text.ts";
import { type NodeOverlay, type NodeState, type RunOf, type RunOverlay, runLookup } from "./overlay.ts";
import type { Direction, Picture, PictureEdge, PictureNode } from "./picture.ts";
import { duration } from "./units.ts";

export interface Mermaid {
  readonly text: string;
  /** True when stages were folded into layers because the graph is too large for Mermaid. */
  readonly folded: boolean;
}

/** Mermaid's own defaults are 50,000 characters and 500 edges; a report needs room for the rest. */
const MERMAID_MAX_CHARS = 45_000;
const MAX_EDGES = 500;
const LABEL = 60;
const DETAIL = 40;

/** Opening and closing marks of a node's shape. */
const SHAPES: Readonly<Record<HandlerType, readonly [string, string]>> = {
  start: ["([", "])"],
  exit: ["([", "])"],
  agent: ["[", "]"],
  tool: ["[/", "/]"],
  conditional: ["{", "}"],
  "wait.human": ["{{", "}}"],
  parallel: ["[[", "]]"],
  "parallel.fan_in": ["[[", "]]"],
  "stack.manager_loop": ["[(", ")]"],
};

/** Fill, line and text are given together, so that they are legible on a light page and on a dark one. */
const STATE_LOOKS: Readonly<Record<NodeState, string>> = {
  pending: "fill:#f6f8fa,stroke:#d1d9e0,color:#59636e",
  running: "fill:#ddf4ff,stroke:#0969da,color:#0a3069,stroke-width:3px",
  waiting: "fill:#fff8c5,stroke:#9a6700,color:#4d2d00,stroke-width:3px",
  success: "fill:#dafbe1,stroke:#1a7f37,color:#044f1e",
  fail: "fill:#ffebe9,stroke:#cf222e,color:#82071e,stroke-width:2px",
  canceled: "fill:#eaeef2,stroke:#59636e,color:#24292f,stroke-dasharray:4 3",
  skipped: "fill:#ffffff,stroke:#818b98,color:#59636e,stroke-dasharray:4 3",
};

export function renderMermaid(
  picture: Picture,
  overlay: RunOverlay | null = null,
  maxChars = MERMAID_MAX_CHARS,
): Mermaid {
  const runOf = runLookup(overlay);
  if (picture.edges.length <= MAX_EDGES) {
    const text = flowchart(picture, runOf);
    if (text.length <= maxChars) return { text, folded: false };
  }
  const layers = mermaidLayers(picture, runOf);
  return { text: mermaidOf(layers.direction, layers.lines, layers.states), folded: true };
}

function flowchart(picture: Picture, runOf: RunOf): string {
  const names = new Map(picture.nodes.map((node, at) => [node.id, `n${at}`]));
  const lines = [
    ...picture.nodes.map((node) => nodeLine(names.get(node.id)!, node, runOf(node.id))),
    ...picture.edges.map((edge) => edgeLine(names.get(edge.from)!, names.get(edge.to)!, edge)),
  ];
  const states = picture.nodes.flatMap((node): [string, NodeState][] => {
    const run = runOf(node.id);
    return run ? [[names.get(node.id)!, run.state]] : [];
  });
  return mermaidOf(picture.direction, lines, states);
}

function nodeLine(name: string, node: PictureNode, run: NodeOverlay | null): string {
  const [open, close] = SHAPES[node.kind];
  const times = run && run.visits > 1 ? `${run.visits}×` : "";
  const spent = run?.durationMs ? duration(run.durationMs) : "";
  const detail = run ? [run.state, times, spent].filter((part) => part !== "").join(" · ") : "";
  const label = mermaidText(node.label, LABEL) || mermaidText(node.id, LABEL) || "…";
  const second = detail === "" ? "" : `<br/>${mermaidText(detail, DETAIL)}`;
  return `${name}${open}"${label}${second}"${close}`;
}

function edgeLine(from: string, to: string, edge: PictureEdge): string {
  const restart = edge.restart ? "↻ " : "";
  const words = [edge.label, edge.when].filter((part) => part.trim() !== "").join(", ");
  const label = mermaidText(`${restart}${words}`, LABEL);
  const arrow = edge.tone === "fail" || edge.restart ? "-.->" : "-->";
  return label === "" ? `${from} ${arrow} ${to}` : `${from} ${arrow}|"${label}"| ${to}`;
}

/** Class statements stand alone: Mermaid mangles entities on lines that mix both. */
function mermaidOf(
  direction: Direction,
  lines: readonly string[],
  states: readonly (readonly [string, NodeState])[],
): string {
  const byState = Map.groupBy(states, ([, state]) => state);
  return [
    `flowchart ${direction}`,
    ...lines.map((line) => `  ${line}`),
    ...[...byState].flatMap(([state, members]) => [
      `  classDef ${state} ${STATE_LOOKS[state]}`,
      `  class ${members.map(([name]) => name).join(",")} ${state}`,
    ]),
    "",
  ].join("\n");
}
