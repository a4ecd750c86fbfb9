/** A route in the drawing: its line, its arrow head, and when it is taken. */
import type { Layout, Size } from "./layout.ts";
import type { PictureEdge } from "./picture.ts";
import { plainEdge } from "./svg-style.ts";
import { attr, coordinate, svgText } from "./svg-text.ts";
import { ellipsis, textWidth, wrapText } from "./text-width.ts";

const SIZE = 11;
const LINE = 13.5;
const MAX_TEXT = 130;

/** The label in two lines, then the condition in one, where it adds something. */
export function edgeLines(edge: PictureEdge): string[] {
  const label = edge.label.trim() === "" ? [] : wrapText(edge.label, SIZE, MAX_TEXT, 2);
  const when = edge.when === "" ? [] : [ellipsis(edge.when, SIZE, MAX_TEXT * 1.25)];
  const lines = [...label, ...when];
  if (!edge.restart) return lines;
  return lines.length === 0 ? ["↻ restart"] : [`↻ ${lines[0]}`, ...lines.slice(1)];
}

export function edgeLabelSize(lines: readonly string[]): Size | null {
  if (lines.length === 0) return null;
  const width = Math.max(...lines.map((line) => textWidth(line, SIZE)));
  return { width: width + 8, height: lines.length * LINE + 3 };
}

export function drawEdge(
  edge: PictureEdge,
  lines: readonly string[],
  place: Layout["edges"][number],
): string {
  const [start, ...rest] = place.path;
  if (!start) return "";
  const xy = ({ x, y }: { x: number; y: number }): string => `${coordinate(x)} ${coordinate(y)}`;
  const plain = plainEdge(edge.tone);
  const dashes = edge.restart ? ' stroke-dasharray="5 3"' : "";
  const head = place.head.map(xy).join("L");
  return [
    `<g class="edge t-${edge.tone}${edge.restart ? " restart" : ""}">`,
    `<title>${svgText(tooltip(edge))}</title>`,
    `<path class="line"${plain.line}${dashes} d="M${xy(start)}C${rest.map(xy).join(" ")}"/>`,
    head === "" ? "" : `<path class="head"${plain.head} d="M${head}Z"/>`,
    ...captionOf(lines, place.label, plain.text),
    "</g>",
  ].join("");
}

function captionOf(
  lines: readonly string[],
  middle: Layout["edges"][number]["label"],
  plain: string,
): string[] {
  if (!middle) return [];
  const first = middle.y - (lines.length * LINE) / 2 + SIZE * 0.92;
  return lines.map(
    (words, index) =>
      `<text${plain}${attr("x", middle.x)}${attr("y", first + index * LINE)}>${svgText(words)}</text>`,
  );
}

function tooltip(edge: PictureEdge): string {
  const restart = edge.restart ? "starts the run afresh" : "";
  return [`${edge.from} → ${edge.to}`, edge.label, edge.condition, restart]
    .filter((line) => line !== "")
    .join("\n");
}
