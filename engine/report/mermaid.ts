/** A pipeline as a Mermaid flowchart that GitHub draws: hostile labels stay text, its limits are kept. */
import type { HandlerType } from "../graph/handler-type.ts";
import { plainText } from "./escape.ts";
import { mermaidLayers } from "./mermaid-layers.ts";
import { mermaidText } from "./mermaid-text.ts";
import { type NodeOverlay, type NodeState, type RunOf, type RunOverlay, runLookup } from "./overlay.ts";
import type { Direction, Picture, PictureEdge, PictureNode } from "./picture.ts";
import { durationText } from "./units.ts";

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

/** Without a run the colours say what kind of stage it is. */
const KINDS = {
  ends: "fill:#eef1f4,stroke:#59636e,color:#24292f",
  agent: "fill:#f6f0ff,stroke:#8250df,color:#24292f",
  tool: "fill:#f6f8fa,stroke:#818b98,color:#24292f",
  choice: "fill:#fff8c5,stroke:#9a6700,color:#24292f",
  person: "fill:#fff1e5,stroke:#bc4c00,color:#24292f",
  fan: "fill:#e5f3ff,stroke:#0969da,color:#24292f",
  manager: "fill:#ffeff7,stroke:#bf3989,color:#24292f",
} as const;
const LOOKS = { ...STATE_LOOKS, ...KINDS };
type Look = keyof typeof LOOKS;

const KIND_LOOKS: Readonly<Record<HandlerType, Look>> = {
  start: "ends",
  exit: "ends",
  agent: "agent",
  tool: "tool",
  conditional: "choice",
  "wait.human": "person",
  parallel: "fan",
  "parallel.fan_in": "fan",
  "stack.manager_loop": "manager",
};

/** In the front matter, which is YAML: a string in quotes, of characters that mean nothing there or to Mermaid. */
function titleOf({ title }: Picture): string[] {
  const words = plainText(title)
    .replace(/[^\p{L}\p{M}\p{N} ,._/?!()-]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, LABEL)
    .toWellFormed();
  return words === "" ? [] : ["---", `title: "${words}"`, "---"];
}

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
  return { text: mermaidOf(picture, layers.direction, layers.lines, layers.states), folded: true };
}

function flowchart(picture: Picture, runOf: RunOf): string {
  const names = new Map(picture.nodes.map((node, at) => [node.id, `n${at}`]));
  const lines = [
    ...picture.nodes.map((node) => nodeLine(names.get(node.id)!, node, runOf(node.id))),
    ...picture.edges.map((edge) => edgeLine(names.get(edge.from)!, names.get(edge.to)!, edge)),
  ];
  const looks = picture.nodes.map((node): [string, Look] => [
    names.get(node.id)!,
    runOf(node.id)?.state ?? KIND_LOOKS[node.kind],
  ]);
  return mermaidOf(picture, picture.direction, lines, looks);
}

function nodeLine(name: string, node: PictureNode, run: NodeOverlay | null): string {
  const [open, close] = SHAPES[node.kind];
  const times = run && run.visits > 1 ? `${run.visits}×` : "";
  const spent = run?.durationMs ? durationText(run.durationMs) : "";
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
  picture: Picture,
  direction: Direction,
  lines: readonly string[],
  looks: readonly (readonly [string, Look])[],
): string {
  const byLook = Map.groupBy(looks, ([, look]) => look);
  return [
    ...titleOf(picture),
    `flowchart ${direction}`,
    ...lines.map((line) => `  ${line}`),
    ...[...byLook].flatMap(([look, members]) => [
      `  classDef ${look} ${LOOKS[look]}`,
      `  class ${members.map(([name]) => name).join(",")} ${look}`,
    ]),
    "",
  ].join("\n");
}
