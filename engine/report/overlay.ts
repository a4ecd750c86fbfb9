/** What a run has done so far, laid over its graph. Plain data: it goes through JSON as it is. */

export const NODE_STATES = [
  "pending",
  "running",
  "waiting",
  "success",
  "fail",
  "canceled",
  "skipped",
] as const;
export type NodeState = (typeof NODE_STATES)[number];

export interface NodeOverlay {
  readonly id: string;
  readonly state: NodeState;
  readonly visits: number;
  /** null: not known, or not begun. */
  readonly durationMs: number | null;
  readonly note?: string;
}

/** A list, not an object: `constructor` is a possible node id. Nodes that are not listed are pending. */
export interface RunOverlay {
  readonly nodes: readonly NodeOverlay[];
}

/** Null when there is no run at all; a node that a run does not name is pending. */
export type RunOf = (id: string) => NodeOverlay | null;

export function runLookup(overlay: RunOverlay | null): RunOf {
  if (!overlay) return () => null;
  const nodes = new Map(overlay.nodes.map((node) => [node.id, node]));
  return (id) => nodes.get(id) ?? { id, state: "pending", visits: 0, durationMs: null };
}

const URGENCY: readonly NodeState[] = [
  "fail",
  "waiting",
  "running",
  "canceled",
  "pending",
  "skipped",
  "success",
];

/** What several stages are shown as when they share one place. */
export function mostUrgent(states: readonly NodeState[]): NodeState {
  return URGENCY.find((state) => states.includes(state)) ?? "pending";
}
