/**
 * decide(graph, state): what should be recorded next, and what should be going on. Pure.
 * One event at a time: a driver folds it and asks again, so a log cut between any two lines goes on the same way.
 */
import type { Pipeline } from "../graph/pipeline.ts";
import { branchFolder } from "./branch-folder.ts";
import { branchResult } from "./branch-result.ts";
import { finalEvent } from "./decide/end.ts";
import { decideScope } from "./decide/scope.ts";
import { type Effect, isWithin, outstanding } from "./effects.ts";
import type { EventBody } from "./events.ts";
import type { RunState, Scope, ScopeResult } from "./state.ts";

export interface Decision {
  readonly event: EventBody | null;
  readonly effects: readonly Effect[];
}

/** `focus`: only that scope and those below it, as a leg sees the run. */
export function decide(pipeline: Pipeline, state: RunState, focus?: string): Decision {
  const event = nextEvent(pipeline, state, focus);
  return { event, effects: event ? [] : outstanding(pipeline, state, focus) };
}

function nextEvent(pipeline: Pipeline, state: RunState, focus: string | undefined): EventBody | null {
  if (!state.started || state.ended) return null;
  for (const scope of state.scopes.values()) {
    if (!isWithin(scope, focus)) continue;
    const step = decideScope(pipeline, state, scope);
    if (step === null) continue;
    if ("event" in step) return step.event;
    return scopeEnded(pipeline, state, scope, step.over);
  }
  return null;
}

function scopeEnded(pipeline: Pipeline, state: RunState, scope: Scope, over: ScopeResult): EventBody {
  if (!scope.branch || !scope.fan) return finalEvent(state, scope, over);
  const result = branchResult(pipeline, state, scope, over);
  const failure = over.failure ?? result.cause;
  return {
    event: "branch_completed",
    branch_key: scope.key,
    branch_logs_root: branchFolder(scope.key),
    fan_node: scope.fan.node,
    fan_visit: scope.fan.visit,
    status: result.status,
    ...(failure
      ? {
          failure_reason: failure.reason,
          failure_class: failure.class,
          failure_signature: failure.signature,
        }
      : {}),
    result,
  };
}
