/** The ways a run can go: edges, and the jumps to retry targets. */
import { attrOf } from "../../attributes.ts";
import type { Attr, Attrs } from "../../model.ts";
import type { LintContext } from "../context.ts";

/** The retry targets that a node or the graph names itself and that exist, nearest first. */
export function retryTargets(context: LintContext, attrs: Attrs): Attr[] {
  return ["retry_target", "fallback_retry_target"].flatMap((key) => {
    const attr = attrOf(attrs, key);
    return attr !== undefined && context.graph.nodes.get(attr.value)?.declared ? [attr] : [];
  });
}

export const graphRetryTargets = (context: LintContext): Attr[] => retryTargets(context, context.graph.attrs);

/** Where each node can lead, ids as numbers in declaration order. */
export interface Flow {
  readonly ids: readonly string[];
  readonly index: ReadonlyMap<string, number>;
  readonly next: readonly (readonly number[])[];
}

export function flowOf(context: LintContext): Flow {
  const ids = [...context.graph.nodes.keys()];
  const index = new Map(ids.map((id, position) => [id, position]));
  const next = ids.map((id) => {
    const attrs = context.graph.nodes.get(id)!.attrs;
    const targets = context.out(id).map((edge) => edge.to);
    for (const { value } of retryTargets(context, attrs)) targets.push(value);
    return targets.flatMap((target) => index.get(target) ?? []);
  });
  return { ids, index, next };
}

/** Every node that some path from the given ones reaches, themselves included. */
export function reach(flow: Flow, from: readonly number[]): ReadonlySet<number> {
  const seen = new Set(from);
  for (const node of seen) for (const target of flow.next[node] ?? []) seen.add(target);
  return seen;
}

export function reversed(flow: Flow): Flow {
  const next: number[][] = flow.ids.map(() => []);
  flow.next.forEach((targets, node) => {
    for (const target of targets) next[target]!.push(node);
  });
  return { ...flow, next };
}

/** Reached from the start; the graph's retry targets count, since any stage may jump there. */
export function reachableFromStart(context: LintContext): ReadonlySet<string> {
  const flow = context.once(flowOf);
  const entries = [
    ...context.starts.map(({ id }) => id),
    ...graphRetryTargets(context).map(({ value }) => value),
  ];
  const found = reach(
    flow,
    entries.flatMap((id) => flow.index.get(id) ?? []),
  );
  return new Set([...found].map((node) => flow.ids[node]!));
}

export const hasDanglingEdge = ({ graph }: LintContext): boolean =>
  graph.edges.some(({ from, to }) => !graph.nodes.get(from)?.declared || !graph.nodes.get(to)?.declared);
