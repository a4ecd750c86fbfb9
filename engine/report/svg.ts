/** A pipeline as one SVG file: no script, nothing fetched, light and dark, with a run's states when there is a run. */
import { type Layout, layOut, MAX_NODES, MOST_DRAWN_EDGES } from "./layout.ts";
import { NODE_STATES, type RunOf, type RunOverlay, runLookup } from "./overlay.ts";
import type { Picture } from "./picture.ts";
import { drawEdge, edgeLabelSize, edgeLines } from "./svg-edge.ts";
import { drawLegend, edgeItems, kindItems, stateItems } from "./svg-legend.ts";
import { drawNode, nodeSize, nodeText } from "./svg-node.ts";
import { PLAIN, SVG_CLASS, SVG_STYLE } from "./svg-style.ts";
import { attr, coordinate, svgText } from "./svg-text.ts";
import { ellipsis, textWidth } from "./text-width.ts";

const MARGIN = 20;
const HEADER = 34;
const MIN_WIDTH = 420;

/** More stages or edges than the drawing's limits; nothing was laid out. */
export class TooLargeToDraw extends Error {
  override readonly name = "TooLargeToDraw";
  readonly fix = "ask for mermaid, which folds a large graph into layers, or for json";
}

/** `linkOf`: where a stage leads to, within the page that shows the drawing. */
export async function renderSvg(
  picture: Picture,
  overlay: RunOverlay | null = null,
  linkOf: (id: string) => string | null = () => null,
): Promise<string> {
  refuseTooLarge(picture);
  const runOf = runLookup(overlay);
  const texts = picture.nodes.map((node) => nodeText(node, runOf(node.id)));
  const captions = picture.edges.map(edgeLines);
  const indexes = new Map(picture.nodes.map((node, at) => [node.id, at]));

  const layout = await layOut({
    direction: picture.direction,
    nodes: picture.nodes.map((node, at) => ({ kind: node.kind, ...nodeSize(node.kind, texts[at]!) })),
    edges: picture.edges.map((edge, at) => ({
      from: indexes.get(edge.from)!,
      to: indexes.get(edge.to)!,
      label: edgeLabelSize(captions[at]!),
      weight: edge.restart || edge.tone === "fail" ? 1 : 4,
    })),
    groups: picture.groups.map(({ label, nodes }) => ({
      nodes: nodes.map((id) => indexes.get(id)!),
      label: { width: textWidth(label, 11), height: 14 },
    })),
  });

  return page(picture, layout, legendOf(picture, runOf), [
    ...layout.groups.map(groupBox),
    ...picture.edges.map((edge, at) => drawEdge(edge, captions[at]!, layout.edges[at]!)),
    ...picture.groups.map(({ label }, at) => groupLabel(label, layout.groups[at]!)),
    ...picture.nodes.map((node, at) =>
      linked(linkOf(node.id), drawNode(node, texts[at]!, layout.nodes[at]!, runOf(node.id)?.state ?? null)),
    ),
  ]);
}

const linked = (to: string | null, part: string): string =>
  to === null ? part : `<a href="${svgText(to)}">${part}</a>`;

function refuseTooLarge({ nodes, edges }: Picture): void {
  if (nodes.length <= MAX_NODES && edges.length <= MOST_DRAWN_EDGES) return;
  throw new TooLargeToDraw(
    `${nodes.length} stages and ${edges.length} edges are too many to draw (at most ${MAX_NODES} and ${MOST_DRAWN_EDGES})`,
  );
}

function legendOf({ nodes, edges }: Picture, runOf: RunOf) {
  const states = new Set(nodes.map((node) => runOf(node.id)?.state));
  const used = NODE_STATES.filter((state) => states.has(state));
  const marks = used.length > 0 ? stateItems(used) : kindItems(new Set(nodes.map((node) => node.kind)));
  const tones = {
    fail: edges.some((edge) => edge.tone === "fail"),
    restart: edges.some((edge) => edge.restart),
  };
  return [...marks, ...edgeItems(tones)];
}

function groupBox({ x, y, width, height }: Layout["groups"][number]): string {
  return `<rect class="group"${PLAIN.group}${attr("x", x + 3)}${attr("y", y + 3)}${attr("width", width - 6)}${attr("height", height - 6)} rx="8"/>`;
}

/** Over the edges: they may enter a group through its title. */
function groupLabel(label: string, { x, y, width }: Layout["groups"][number]): string {
  return `<text class="group-label"${PLAIN.groupLabel}${attr("x", x + 11)}${attr("y", y + 17)}>${svgText(ellipsis(label, 11, width - 20))}</text>`;
}

function page(
  picture: Picture,
  layout: Layout,
  items: Parameters<typeof drawLegend>[0],
  parts: readonly string[],
): string {
  const inner = Math.max(layout.width, MIN_WIDTH);
  const legend = drawLegend(items, inner);
  const width = inner + 2 * MARGIN;
  const head = picture.goal === "" ? HEADER : HEADER + 18;
  const foot = legend.height === 0 ? 0 : legend.height + 16;
  const height = head + layout.height + foot + 2 * MARGIN;
  const shift = MARGIN + (inner - layout.width) / 2;
  const goal =
    picture.goal === ""
      ? ""
      : `<text class="note"${PLAIN.note}${attr("x", MARGIN)}${attr("y", MARGIN + 30)}>${svgText(ellipsis(picture.goal, 12, inner))}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="${SVG_CLASS}" role="img"${PLAIN.root}${attr("width", width)}${attr("height", height)} viewBox="0 0 ${coordinate(width)} ${coordinate(height)}">`,
    `<title>${svgText(picture.title)}</title>`,
    `<style>${SVG_STYLE}</style>`,
    `<rect class="paper"${PLAIN.paper} width="100%" height="100%"/>`,
    `<text class="heading"${PLAIN.heading}${attr("x", MARGIN)}${attr("y", MARGIN + 12)}>${svgText(ellipsis(picture.title, 15, inner))}</text>`,
    goal,
    `<g transform="translate(${coordinate(shift)} ${coordinate(MARGIN + head)})">`,
    ...parts,
    "</g>",
    `<g transform="translate(${MARGIN} ${coordinate(MARGIN + head + layout.height + 16)})">${legend.svg}</g>`,
    "</svg>",
    "",
  ].join("\n");
}
