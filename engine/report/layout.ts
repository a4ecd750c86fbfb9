/** Where things stand in a drawing. Graphviz decides; it sees sizes and shapes only, never a text of the author. */
import type { HandlerType } from "../graph/handler-type.ts";
import type { Direction } from "./picture.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box extends Point, Size {}

export interface LayoutInput {
  readonly direction: Direction;
  readonly nodes: readonly (Size & { readonly kind: HandlerType })[];
  /** Indexes into nodes. `label` is the room its text needs. */
  readonly edges: readonly {
    readonly from: number;
    readonly to: number;
    readonly label: Size | null;
    readonly weight: number;
  }[];
  readonly groups: readonly { readonly nodes: readonly number[]; readonly label: Size }[];
}

export interface Layout extends Size {
  /** Centre, and the outline when the shape is not a rectangle. */
  readonly nodes: readonly (Box & { readonly outline: readonly Point[] | null })[];
  /** Bézier control points, the arrow head, and the middle of the label. */
  readonly edges: readonly {
    readonly path: readonly Point[];
    readonly head: readonly Point[];
    readonly label: Point | null;
  }[];
  readonly groups: readonly Box[];
}

const OUTLINES: Readonly<Partial<Record<HandlerType, string>>> = {
  tool: "polygon, sides=4, skew=0.14",
  conditional: "diamond",
  "wait.human": "hexagon",
  "parallel.fan_in": "octagon",
  "stack.manager_loop": "house",
};

/** Beyond this Graphviz takes minutes on a tangled graph, and nobody could read the drawing. */
export const MAX_NODES = 500;
export const MOST_DRAWN_EDGES = 800;
/** Up to here edges are curved around what is in their way; beyond, that alone would take minutes. */
const CURVED_EDGES = 150;
const QUICK = ", splines=line, nslimit=1, nslimit1=1, mclimit=0.1";

export async function layOut(input: LayoutInput): Promise<Layout> {
  const { Graphviz } = await import("@hpcc-js/wasm-graphviz");
  const graphviz = await Graphviz.load();
  const drawn = JSON.parse(graphviz.layout(dotOf(input), "json", "dot")) as Drawn;
  return readLayout(drawn, input);
}

const inches = (points: number): string => (points / 72).toFixed(3);
const room = ({ width, height }: Size): string =>
  `<<table border="0" cellborder="0" cellpadding="0" cellspacing="0" fixedsize="true" width="${Math.ceil(width)}" height="${Math.ceil(height)}"><tr><td></td></tr></table>>`;

function dotOf({ direction, nodes, edges, groups }: LayoutInput): string {
  return [
    "digraph {",
    `graph [rankdir=${direction}, nodesep=0.35, ranksep=0.42, pad=0, margin=0${edges.length > CURVED_EDGES ? QUICK : ""}]`,
    'node [fixedsize=true, label=""]',
    "edge [arrowsize=0.7]",
    ...nodes.map(
      ({ kind, width, height }, at) =>
        `n${at} [shape=${OUTLINES[kind] ?? "box"}, width=${inches(width)}, height=${inches(height)}]`,
    ),
    ...groups.map(
      (group, at) =>
        `subgraph cluster_${at} { margin=12; label=${room(group.label)}; labeljust=l; ${group.nodes.map((node) => `n${node};`).join(" ")} }`,
    ),
    ...edges.map(
      ({ from, to, label, weight }, at) =>
        `n${from} -> n${to} [id="e${at}", weight=${weight}${label ? `, label=${room(label)}` : ""}]`,
    ),
    "}",
  ].join("\n");
}

type DrawOp = { readonly op: string; readonly points?: readonly (readonly [number, number])[] };
interface Drawn {
  readonly bb: string;
  readonly objects?: readonly {
    readonly name: string;
    readonly pos?: string;
    readonly bb?: string;
    readonly width?: string;
    readonly height?: string;
    readonly _draw_?: readonly DrawOp[];
  }[];
  readonly edges?: readonly {
    readonly id: string;
    readonly lp?: string;
    readonly _draw_?: readonly DrawOp[];
    readonly _hdraw_?: readonly DrawOp[];
  }[];
}

/** Graphviz counts upwards and may begin below zero; drawings count downwards from zero. */
function readLayout(drawn: Drawn, input: LayoutInput): Layout {
  const [left, bottom, right, top] = numbers(drawn.bb);
  const point = (x: number, y: number): Point => ({ x: x - left!, y: top! - y });
  const shape = (ops: readonly DrawOp[] | undefined, op: string): Point[] =>
    (ops?.find((entry) => entry.op === op)?.points ?? []).map(([x, y]) => point(x, y));
  const objects = new Map(drawn.objects?.map((object) => [object.name, object]));
  const edges = new Map(drawn.edges?.map((edge) => [edge.id, edge]));

  return {
    width: right! - left!,
    height: top! - bottom!,
    nodes: input.nodes.map(({ kind, width, height }, at) => {
      const object = objects.get(`n${at}`);
      const [x, y] = numbers(object?.pos ?? "");
      const outline = OUTLINES[kind] ? shape(object?._draw_, "p") : null;
      return { ...point(x!, y!), width, height, outline };
    }),
    edges: input.edges.map((_, at) => {
      const edge = edges.get(`e${at}`);
      const [x, y] = edge?.lp ? numbers(edge.lp) : [];
      return {
        path: shape(edge?._draw_, "b"),
        head: shape(edge?._hdraw_, "P"),
        label: x === undefined ? null : point(x, y!),
      };
    }),
    groups: input.groups.map((_, at) => {
      const [x0, y0, x1, y1] = numbers(objects.get(`cluster_${at}`)?.bb ?? "");
      return { x: x0! - left!, y: top! - y1!, width: x1! - x0!, height: y1! - y0! };
    }),
  };
}

function numbers(text: string): number[] {
  return text.split(",").map(Number);
}
