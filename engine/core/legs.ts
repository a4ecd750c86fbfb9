/** Which branches a hop runs as jobs of their own. Trunk, legs, Next and coordinator all derive it from the log alone. */
import type { Pipeline } from "../graph/pipeline.ts";
import { decide } from "./decide.ts";
import { waitsForPerson } from "./effects.ts";
import type { PlannedBranch } from "./events/flow.ts";
import { type RunState, TRUNK } from "./state.ts";

/** As many jobs as one matrix holds. More branches go on in the next hop, under the same join. */
const MATRIX_LIMIT = 256;

export interface Legs {
  readonly fan: { readonly node: string; readonly visit: number; readonly baseCommit: string | null };
  readonly maxParallel: number;
  readonly branches: readonly PlannedBranch[];
}

export function plannedLegs(pipeline: Pipeline, state: RunState): Legs | null {
  const cursor = state.scopes.get(TRUNK)?.cursor;
  if (cursor?.phase !== "fanned" || state.stop || state.ended) return null;
  const { event } = decide(pipeline, state);
  if (event !== null && event.event !== "branch_started") return null;
  const { fan, node } = cursor;
  const open = fan.planned.filter(
    ({ key }) => !fan.results.has(key) && !fan.canceled.has(key) && !waitsForPeople(pipeline, state, key),
  );
  if (open.length === 0) return null;
  return {
    fan: { node, visit: fan.visit, baseCommit: fan.baseCommit },
    maxParallel: fan.policy.maxParallel,
    branches: open.slice(0, MATRIX_LIMIT),
  };
}

/** A branch that has begun and can only go on when somebody answers. */
function waitsForPeople(pipeline: Pipeline, state: RunState, key: string): boolean {
  if (!state.scopes.has(key)) return false;
  const { event, effects } = decide(pipeline, state, key);
  return event === null && effects.length > 0 && effects.every(waitsForPerson);
}
