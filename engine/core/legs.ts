/** Which branches a hop runs as jobs of their own. Trunk, legs, settle and coordinator all derive it from the log alone. */
import type { Pipeline } from "../graph/pipeline.ts";
import { decide } from "./decide.ts";
import type { PlannedBranch } from "./events/flow.ts";
import { type RunState, TRUNK } from "./state.ts";

/** As many jobs as one matrix holds. More branches go on in the next hop, under the same join. */
export const MATRIX_LIMIT = 256;

export interface Legs {
  readonly fan: { readonly node: string; readonly visit: number; readonly baseCommit: string | null };
  readonly maxParallel: number;
  readonly branches: readonly PlannedBranch[];
}

export function plannedLegs(pipeline: Pipeline, state: RunState): Legs | null {
  const cursor = state.scopes.get(TRUNK)?.cursor;
  if (cursor?.phase !== "fanned" || decide(pipeline, state).event?.event !== "branch_started") return null;
  const { fan, node } = cursor;
  const open = fan.planned.filter((branch) => !fan.results.has(branch.key) && !fan.canceled.has(branch.key));
  return {
    fan: { node, visit: fan.visit, baseCommit: fan.baseCommit },
    maxParallel: fan.policy.maxParallel,
    branches: open.slice(0, MATRIX_LIMIT),
  };
}
