/** The ways a run can go: edges, and the jumps to retry targets. */
import type { Attr, Attrs, GraphNode } from "../../model.ts";
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

export function flowOf(context: LintContext): Digraph {
  const { ids, index, from, to } = context.numbers;
  const jumps: number[] = [];
  const targets: number[] = [];
  for (const { id, attrs } of context.once(nodesWithRetryTarget)) {
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

/** 1 for each node that is reached from the start; the graph's retry targets count, since any stage may jump there. */
export function reachableFromStart(context: LintContext): Uint8Array {
  const { index } = context.numbers;
  const entries = [
    ...context.starts.map(({ id }) => id),
    ...graphRetryTargets(context).map(({ value }) => value),
  ];
  return reach(
    context.once(flowOf),
    entries.map((id) => index.get(id)!),
  );
}

/** As it is written: `retryTargets` takes no alias and an empty name for none. */
export const nodesWithRetryTarget = ({ holders }: LintContext): ReadonlySet<GraphNode> =>
  new Set(["retry_target", "fallback_retry_target"].flatMap((name) => holders.get(name) ?? []));
