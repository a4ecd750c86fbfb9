/** A graph too large for Mermaid, folded: stages equally far from the start become one node that counts its states. */
import { mermaidText } from "./mermaid-text.ts";
import { mostUrgent, NODE_STATES, type NodeState, type RunOf } from "./overlay.ts";
import type { Direction, Picture, PictureNode } from "./picture.ts";
import { countText, plural } from "./units.ts";

const MAX_LAYERS = 40;
const NAMES_SHOWN = 3;

export interface Layers {
  readonly direction: Direction;
  readonly lines: readonly string[];
  readonly states: readonly (readonly [string, NodeState])[];
}

export function mermaidLayers(picture: Picture, runOf: RunOf): Layers {
  const layers = bucketed(layersOf(picture));
  const size = `${plural(picture.nodes.length, "stage")} and ${plural(picture.edges.length, "edge")}`;
  return {
    direction: "TB",
    lines: [
      `note["${mermaidText(`${size}, folded into layers by distance from the start`, 120)}"]`,
      ...layers.map((nodes, at) => `l${at}["${layerLabel(nodes, runOf)}"]`),
      ...layers.slice(1).map((_, at) => `l${at} --> l${at + 1}`),
    ],
    states: layers.flatMap((nodes, at): [string, NodeState][] => {
      const states = statesOf(nodes, runOf);
      return states.length === 0 ? [] : [[`l${at}`, mostUrgent(states)]];
    }),
  };
}

/** Empty when there is no run. */
function statesOf(nodes: readonly PictureNode[], runOf: RunOf): NodeState[] {
  return nodes.flatMap((node) => runOf(node.id)?.state ?? []);
}

/** Breadth first from the start; what cannot be reached comes last. */
function layersOf({ nodes, edges }: Picture): PictureNode[][] {
  const next = Map.groupBy(edges, (edge) => edge.from);
  const unseen = new Map(nodes.map((node) => [node.id, node]));
  const take = (ids: readonly string[]): PictureNode[] =>
    ids.flatMap((id) => {
      const node = unseen.get(id);
      unseen.delete(id);
      return node ? [node] : [];
    });
  const layers: PictureNode[][] = [];
  let layer = take(nodes.filter((node) => node.kind === "start").map((node) => node.id));
  while (layer.length > 0) {
    layers.push(layer);
    layer = take(layer.flatMap((node) => next.get(node.id) ?? []).map((edge) => edge.to));
  }
  if (unseen.size > 0) layers.push([...unseen.values()]);
  return layers;
}

function bucketed(layers: readonly PictureNode[][]): PictureNode[][] {
  const size = Math.ceil(layers.length / MAX_LAYERS);
  return layers.flatMap((_, at) => (at % size === 0 ? [layers.slice(at, at + size).flat()] : []));
}

function layerLabel(nodes: readonly PictureNode[], runOf: RunOf): string {
  const states = statesOf(nodes, runOf);
  const urgent = mostUrgent(states);
  const named = states.length === 0 ? nodes : nodes.filter((node) => runOf(node.id)?.state === urgent);
  const names = named.slice(0, NAMES_SHOWN).map((node) => mermaidText(node.label, 30));
  const more = named.length > NAMES_SHOWN ? `, … ${countText(named.length - NAMES_SHOWN)} more` : "";
  const counts = NODE_STATES.map((state) => [state, states.filter((each) => each === state).length] as const)
    .filter(([, amount]) => amount > 0)
    .map(([state, amount]) => `${countText(amount)} ${state}`);
  return [[plural(nodes.length, "stage"), ...counts].join(" · "), names.join(", ") + more].join("<br/>");
}
