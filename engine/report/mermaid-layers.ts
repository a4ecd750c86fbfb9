/** A graph too large for Mermaid, folded: stages equally far from the start become one node that counts its states. */
import { mermaidText } from "./mermaid-text.ts";
import { mostUrgent, NODE_STATES, type NodeOverlay, type NodeState } from "./overlay.ts";
import type { Direction, Picture, PictureNode } from "./picture.ts";
import { count } from "./units.ts";

const MAX_LAYERS = 40;
const NAMES_SHOWN = 3;
export interface Layers {
  readonly direction: Direction;
  readonly lines: readonly string[];
  readonly states: readonly (readonly [string, NodeState])[];
}

export function mermaidLayers(picture: Picture, runs: ReadonlyMap<string, NodeOverlay> | null): Layers {
  const layers = bucketed(layersOf(picture));
  const stateOf = (node: PictureNode): NodeState => runs?.get(node.id)?.state ?? "pending";
  const note = `${count(picture.nodes.length)} stages and ${count(picture.edges.length)} edges, folded into layers by distance from the start`;
  return {
    direction: "TB",
    lines: [
      `note["${mermaidText(note, 120)}"]`,
      ...layers.map((nodes, at) => `l${at}["${layerLabel(nodes, runs ? stateOf : null)}"]`),
      ...layers.slice(1).map((_, at) => `l${at} --> l${at + 1}`),
    ],
    states: runs
      ? layers.map((nodes, at): [string, NodeState] => [`l${at}`, mostUrgent(nodes.map(stateOf))])
      : [],
  };
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

function layerLabel(
  nodes: readonly PictureNode[],
  stateOf: ((node: PictureNode) => NodeState) | null,
): string {
  if (nodes.length === 1 && !stateOf) return mermaidText(nodes[0]!.label, 60);
  const urgent = stateOf ? mostUrgent(nodes.map(stateOf)) : null;
  const named = stateOf ? nodes.filter((node) => stateOf(node) === urgent) : nodes;
  const names = named.slice(0, NAMES_SHOWN).map((node) => mermaidText(node.label, 30));
  const more = named.length > NAMES_SHOWN ? `, … ${count(named.length - NAMES_SHOWN)} more` : "";
  const counts = stateOf ? countsOf(nodes.map(stateOf)) : "";
  return [`${count(nodes.length)} stages${counts}`, names.join(", ") + more].join("<br/>");
}

function countsOf(states: readonly NodeState[]): string {
  const parts = NODE_STATES.map((state) => [state, states.filter((each) => each === state).length] as const)
    .filter(([, amount]) => amount > 0)
    .map(([state, amount]) => `${count(amount)} ${state}`);
  return ` · ${parts.join(" · ")}`;
}
