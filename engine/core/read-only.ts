/**
 * What of a run jobs do whose token may only read: stages that need the runner's own user, or all of them. A branch with such a
 * stage is done there whole, and the trunk hands its turn to one (docs/decisions/164). Told by graph and log alone. Pure.
 */

import type { Pipeline } from "../graph/pipeline.ts";
import { decide } from "./decide.ts";
import type { PlannedBranch } from "./events/flow.ts";
import type { EventBody } from "./events.ts";
import { ownsAttempt } from "./pure-stages.ts";
import type { ReadOnly } from "./read-only-stages.ts";
import { branchNodes } from "./region.ts";
import { type RunState, TRUNK } from "./state.ts";

/** In a job that may only read; else in one that may write. */
export function isReadOnlyBranch(
  pipeline: Pipeline,
  fanNode: string,
  { start_node }: PlannedBranch,
  readOnly: ReadOnly,
): boolean {
  if (readOnly !== "privileged") return readOnly === "all";
  const nodes = branchNodes(pipeline, fanNode, start_node);
  return [...nodes].some((id) => pipeline.stages.get(id)?.privileged);
}

/** The stage with which the trunk's turn goes to such a job, or where it stands; null when it does not. */
export function readOnlyTurn(pipeline: Pipeline, state: RunState, readOnly: ReadOnly): string | null {
  const cursor = state.scopes.get(TRUNK)?.cursor;
  if (readOnly === "none" || cursor === undefined || state.stop || state.ended) return null;
  const { event, effects } = decide(pipeline, state, TRUNK);
  const [effect] = effects;
  if (effect !== undefined) {
    const stage = pipeline.stages.get(effect.node);
    const isFor = readOnly === "all" ? stage?.handler !== "stack.manager_loop" : stage?.privileged;
    return effect.kind === "stage" && isFor ? effect.node : null;
  }
  // What is to be decided first is decided there too, where all stages are.
  const decides = readOnly === "all" && event !== null && cursor.phase !== "fanned";
  return decides ? ("node" in cursor ? cursor.node : pipeline.start) : null;
}

/** Whether a stage's start is for a job of the other kind; `reads`: this one may only read. */
export function startsElsewhere(
  pipeline: Pipeline,
  now: () => RunState,
  readOnly: ReadOnly,
  reads: boolean,
): (event: EventBody) => boolean {
  return (event) => {
    if (readOnly !== "privileged" || event.event !== "stage_attempt_start" || event.branch_key !== undefined)
      return false;
    const trunk = now().scopes.get(TRUNK);
    if (trunk === undefined || !ownsAttempt(pipeline, trunk, event.node_id)) return false;
    return Boolean(pipeline.stages.get(event.node_id)?.privileged) !== reads;
  };
}
