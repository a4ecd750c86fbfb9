/** The ways a run can go: edges, and the jumps to retry targets. */
import type { Attr, Attrs } from "../../model.ts";
import type { LintContext } from "../context.ts";
import { type Digraph, digraph, reach } from "./digraph.ts";

const NONE: readonly Attr[] = [];

/** The retry targets that a node or the graph names itself and that exist, nearest first. */
export function retryTargets({ graph }: LintContext, attrs: Attrs): readonly Attr[] {
  const named = [attrs.get("retry_target"), attrs.get("fallback_retry_target")];
  if (named[0] === undefined && named[1] === undefined) return NONE;
  return named.filter((attr) => attr !== undefined && graph.nodes.get(attr.value)?.declared) as Attr[];
}

export const graphRetryTargets = (context: LintContext): readonly Attr[] =>
  retryTargets(context, context.graph.attrs);

/** Nodes and edge ends as numbers, in declaration order. */
export interface Numbered {
  readonly ids: readonly string[];
  readonly index: ReadonlyMap<string, number>;
  readonly from: Int32Array;
  readonly to: Int32Array;
}

export function numbered({ graph }: LintContext): Numbered {
  const ids = [...graph.nodes.keys()];
  const index = new Map<string, number>();
  for (const id of ids) index.set(id, index.size);
  const from = new Int32Array(graph.edges.length);
  const to = new Int32Array(graph.edges.length);
  graph.edges.forEach((edge, position) => {
    from[position] = index.get(edge.from)!;
    to[position] = index.get(edge.to)!;
  });
  return { ids, index, from, to };
}

export function flowOf(context: LintContext): Digraph {
  const { ids, index, from, to } = context.once(numbered);
  const jumps: number[] = [];
  const targets: number[] = [];
  for (const { id, attrs } of context.graph.nodes.values()) {
    for (const { value } of retryTargets(context, attrs)) {
      jumps.push(index.get(id)!);
      targets.push(index.get(value)!);
    }
  }
  return digraph(ids.length, joined(from, jumps), joined(to, targets));
}

function joined(head: Int32Array, tail: readonly number[]): Int32Array {
  const all = new Int32Array(head.length + tail.length);
  all.set(head);
  all.set(tail, head.length);
  return all;
}

/** Whether a node is reached from the start; the graph's retry targets count, since any stage may jump there. */
export function reachableFromStart(context: LintContext): (id: string) => boolean {
  const { index } = context.once(numbered);
  const entries = [
    ...context.starts.map(({ id }) => id),
    ...graphRetryTargets(context).map(({ value }) => value),
  ];
  const seen = reach(
    context.once(flowOf),
    entries.map((id) => index.get(id)!),
  );
  return (id) => seen[index.get(id)!] === 1;
}

export const hasDanglingEdge = ({ graph }: LintContext): boolean =>
  graph.edges.some(({ from, to }) => !graph.nodes.get(from)?.declared || !graph.nodes.get(to)?.declared);
