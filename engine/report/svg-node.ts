/** A stage in the drawing: how large its text makes it, and how it is drawn. */
import type { HandlerType } from "../graph/handler-type.ts";
import type { Box, Point, Size } from "./layout.ts";
import type { NodeOverlay, NodeState } from "./overlay.ts";
import type { PictureNode } from "./picture.ts";
import { PLAIN, plainLine, plainLook } from "./svg-style.ts";
import { attr, coordinate, svgText } from "./svg-text.ts";
import { ellipsis, textWidth, wrapText } from "./text-width.ts";
import { durationText } from "./units.ts";

const LABEL = 13;
const DETAIL = 11;
const LINE = 17;
const DETAIL_LINE = 15;
const MAX_TEXT = 168;

export interface NodeText {
  readonly lines: readonly string[];
  readonly detail: string;
  readonly tooltip: string;
}

export function nodeText(node: PictureNode, run: NodeOverlay | null): NodeText {
  const lines = wrapText(node.label, LABEL, MAX_TEXT, 3);
  const detail = run ? runDetail(run) : node.detail;
  const about = [node.id === node.label ? "" : node.label, node.detail, node.goalGate ? "goal gate" : ""];
  const tooltip = [node.id, ...about, ...(run ? [run.state, runDetail(run), run.note ?? ""] : [])];
  return {
    lines: lines.length > 0 ? lines : [ellipsis(node.id, LABEL, MAX_TEXT)],
    detail: ellipsis(detail, DETAIL, MAX_TEXT),
    tooltip: tooltip.filter((line) => line !== "").join("\n"),
  };
}

function runDetail({ visits, durationMs }: NodeOverlay): string {
  const parts = [visits > 1 ? `${visits}×` : "", !durationMs ? "" : durationText(durationMs)];
  return parts.filter((part) => part !== "").join(" · ");
}

/** Shapes lose a part of their box to their corners; each is given what its text needs inside. */
export function nodeSize(kind: HandlerType, { lines, detail }: NodeText): Size {
  const width = Math.max(
    ...lines.map((line) => textWidth(line, LABEL)),
    detail === "" ? 0 : textWidth(detail, DETAIL),
  );
  const height = lines.length * LINE + (detail === "" ? 0 : DETAIL_LINE);
  switch (kind) {
    case "conditional":
      return { width: width * 1.45 + 44, height: height * 1.9 + 22 };
    case "wait.human":
      return { width: width + 64, height: height + 20 };
    case "tool":
      return { width: width + 40, height: height + 18 };
    case "parallel.fan_in":
      return { width: width + 48, height: height + 22 };
    case "parallel":
      return { width: width + 52, height: height + 18 };
    case "stack.manager_loop":
      return { width: width + 44, height: height * 1.5 + 26 };
    case "start":
    case "exit":
      return { width: width + 44, height: height + 16 };
    default:
      return { width: width + 32, height: height + 18 };
  }
}

export function drawNode(
  node: PictureNode,
  content: NodeText,
  place: Box & { readonly outline: readonly Point[] | null },
  state: NodeState | null,
): string {
  const look = state ? `s-${state}` : `k-${node.kind.replaceAll(".", "-")}`;
  return [
    `<g class="node ${look}"${plainLook(look)}>`,
    `<title>${svgText(content.tooltip)}</title>`,
    shapeOf(node, place),
    ...captionOf(node.kind, content, place),
    state ? badge(state, badgePlace(node.kind, place)) : "",
    "</g>",
  ].join("");
}

function shapeOf(node: PictureNode, place: Box & { readonly outline: readonly Point[] | null }): string {
  const { x, y, width, height, outline } = place;
  if (outline)
    return polygon(outline, "shape") + (node.goalGate ? polygon(shrink(outline, place, 4), "inner") : "");
  const round = node.kind === "start" || node.kind === "exit" ? height / 2 : 7;
  const frame = (inset: number, look: string): string =>
    `<rect class="${look}"${look === "inner" ? PLAIN.hollow : ""}${attr("x", x - width / 2 + inset)}${attr("y", y - height / 2 + inset)}${attr("width", width - 2 * inset)}${attr("height", height - 2 * inset)}${attr("rx", Math.max(0, round - inset))}/>`;
  const bar = (at: number): string =>
    `<path class="inner"${PLAIN.hollow} d="M${coordinate(at)} ${coordinate(y - height / 2)}v${coordinate(height)}"/>`;
  const bars = node.kind === "parallel" ? bar(x - width / 2 + 9) + bar(x + width / 2 - 9) : "";
  return frame(0, "shape") + bars + (node.kind === "exit" || node.goalGate ? frame(3.5, "inner") : "");
}

function polygon(points: readonly Point[], look: string): string {
  const list = points.map(({ x, y }) => `${coordinate(x)},${coordinate(y)}`).join(" ");
  return `<polygon class="${look}"${look === "inner" ? PLAIN.hollow : ""} points="${list}"/>`;
}

function shrink(points: readonly Point[], { x, y, width, height }: Box, by: number): Point[] {
  const scaleX = 1 - (2 * by) / width;
  const scaleY = 1 - (2 * by) / height;
  return points.map((point) => ({ x: x + (point.x - x) * scaleX, y: y + (point.y - y) * scaleY }));
}

function captionOf(kind: HandlerType, { lines, detail }: NodeText, { x, y, height }: Box): string[] {
  const total = lines.length * LINE + (detail === "" ? 0 : DETAIL_LINE);
  const middle = kind === "stack.manager_loop" ? y + height * 0.12 : y;
  const first = middle - total / 2 + LABEL * 0.98;
  const line = (words: string, look: "label" | "detail", at: number): string =>
    `<text class="${look}"${PLAIN[look]}${attr("x", x)}${attr("y", at)}>${svgText(words)}</text>`;
  return [
    ...lines.map((words, index) => line(words, "label", first + index * LINE)),
    detail === "" ? "" : line(detail, "detail", first + lines.length * LINE - 1.5),
  ];
}

const ICONS: Readonly<Record<NodeState, string>> = {
  pending: "",
  running: "M-2.2 -3.6L4 0L-2.2 3.6Z",
  waiting: "M-2 -3.2V3.2M2 -3.2V3.2",
  success: "M-3.4 0.2L-1 2.7L3.5 -2.4",
  fail: "M-2.8 -2.8L2.8 2.8M2.8 -2.8L-2.8 2.8",
  canceled: "M-2.4 -2.4H2.4V2.4H-2.4Z",
  skipped: "M-3.2 -2.8L0 0L-3.2 2.8M0.6 -2.8L3.8 0L0.6 2.8",
};

/** A mark beside the colour: not everyone tells green from red. */
export function badge(state: NodeState, { x, y }: Point): string {
  if (state === "pending") return "";
  const icon = `<path class="icon i-${state}"${PLAIN.icon} d="${ICONS[state]}"/>`;
  return `<g class="badge" transform="translate(${coordinate(x)} ${coordinate(y)})" stroke="none"><circle r="8.5" fill="${plainLine(`s-${state}`)}"/>${icon}</g>`;
}

function badgePlace(kind: HandlerType, { x, y, width, height }: Box): Point {
  if (kind === "conditional" || kind === "stack.manager_loop")
    return { x: x + width * 0.26, y: y - height * 0.3 };
  const inset = kind === "wait.human" || kind === "parallel.fan_in" ? Math.min(width * 0.2, 22) : 6;
  return { x: x + width / 2 - inset, y: y - height / 2 + 1 };
}
