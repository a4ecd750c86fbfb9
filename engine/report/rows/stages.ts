/** One row per stage and scope, the joined branches' stages after the open ones. */
import type { RunState, Scope } from "../../core/state.ts";
import { TRUNK } from "../../core/state.ts";
import type { Pipeline } from "../../graph/pipeline.ts";
import type { PathStep, StageRow } from "../model.ts";
import { joined } from "./branches.ts";
import { labelOf } from "./names.ts";
import { nodeState, stateIn } from "./states.ts";

export const stageRows = (state: RunState, pipeline: Pipeline): StageRow[] => [
  ...[...state.scopes.values()].flatMap((scope) => scopeRows(scope, pipeline)),
  ...joinedRows(state, pipeline),
];

function scopeRows(scope: Scope, pipeline: Pipeline): StageRow[] {
  return [...scope.nodes].map(([id, node]) => ({
    id,
    label: labelOf(pipeline, id),
    state: stateIn(scope, id, node),
    visits: node.visits,
    attempts: node.attempts,
    durationMs: node.spent.ms,
    tokens: node.spent.tokens,
    costUsd: node.spent.usd,
    costComplete: node.spent.unpriced === 0,
    ...(scope.key === TRUNK ? {} : { branchKey: scope.key }),
  }));
}

function joinedRows(state: RunState, pipeline: Pipeline): StageRow[] {
  return joined(state).flatMap((branch) =>
    Object.entries(branch.nodes).map(([id, node]) => ({
      id,
      label: labelOf(pipeline, id),
      state: nodeState(node.status),
      visits: branch.node_visits[id] ?? 0,
      attempts: (branch.node_retries[id] ?? 0) + 1,
      durationMs: node.ms,
      tokens: node.tokens,
      costUsd: node.cost_usd ?? 0,
      costComplete: node.cost_usd !== null,
      branchKey: branch.key,
    })),
  );
}

export function pathOf(state: RunState, pipeline: Pipeline): PathStep[] {
  const trunk = state.scopes.get(TRUNK);
  if (!trunk) return [];
  const now = !state.ended && "node" in trunk.cursor ? trunk.cursor.node : null;
  const ids = [...trunk.nodes.keys()].filter((id) => id !== now);
  if (now !== null && trunk.nodes.has(now)) ids.push(now);
  return ids.flatMap((id) => {
    const node = trunk.nodes.get(id)!;
    const kind = pipeline.stages.get(id)?.handler;
    if (kind === "start" || kind === "conditional" || node.visits === 0) return [];
    return [{ id, label: labelOf(pipeline, id), state: stateIn(trunk, id, node), visits: node.visits }];
  });
}
