import type { Pipeline } from "../../graph/pipeline.ts";
import { ownsAttempt } from "../pure-stages.ts";
import type { RunState, Scope, ScopeResult } from "../state.ts";
import { type Stopping, stopping } from "../stopping.ts";
import { arrive } from "./arrive.ts";
import { budgetBlock } from "./budget.ts";
import { fanned, startFan } from "./fan.ts";
import { gate, openGate } from "./gate.ts";
import { endPure } from "./pure.ts";
import { afterFailure, sleep } from "./retry.ts";
import { settled } from "./settled.ts";
import { at, type Step } from "./step.ts";

export function decideScope(pipeline: Pipeline, state: RunState, scope: Scope): Step {
  const { cursor } = scope;
  const stop = stopping(state, scope);
  switch (cursor.phase) {
    case "at":
      if (stop) return left(scope, stop);
      return arrive(pipeline, state, scope, cursor);
    case "ready":
      if (stop) return left(scope, stop);
      return budgetBlock(pipeline, state, scope, cursor.node);
    case "running":
      // An attempt that a driver runs ends when the driver says so, stopped or not.
      return ownsAttempt(pipeline, scope, cursor.node)
        ? null
        : runningPure(pipeline, scope, cursor.node, cursor.resumed, stop?.reason ?? null);
    case "gate":
      return gate(pipeline, scope, cursor.gate, stop?.reason ?? null);
    case "fanned":
      return fanned(pipeline, state, scope, cursor, stop?.reason ?? null);
    case "failed":
      return afterFailure(pipeline, scope, cursor, stop !== null);
    case "paused":
      return stop ? left(scope, stop) : null;
    case "retrying":
      if (stop) return left(scope, stop);
      return sleep(pipeline, state, scope, cursor);
    case "settled":
      if (stop) return left(scope, stop);
      return settled(pipeline, scope, cursor);
    case "done":
      return { over: cursor.result };
  }
}

function runningPure(
  pipeline: Pipeline,
  scope: Scope,
  node: string,
  resumed: boolean,
  stop: string | null,
): Step {
  const stage = pipeline.stages.get(node);
  if (!stage) return null;
  if (stop === null && stage.handler === "wait.human") return openGate(pipeline, scope, stage);
  if (stop === null && stage.handler === "parallel") return startFan(pipeline, scope, stage, resumed);
  return endPure(scope, stage, stop);
}

/** A cancel is seen where it ends a scope, once, before anything says that the scope is over. */
function left(scope: Scope, { kind, reason }: Stopping): Step {
  if (kind !== "canceled" || scope.canceledExit) return { over: canceled(scope) };
  const { cursor } = scope;
  const node = "node" in cursor ? cursor.node : scope.lastNode;
  return {
    event: { event: "cancellation_exit", ...at(scope), ...(node === null ? {} : { node_id: node }), reason },
  };
}

function canceled(scope: Scope): ScopeResult {
  const { stalled } = scope;
  if (stalled) return { status: "fail", leftBy: "breaker", lastNode: scope.lastNode, failure: stalled };
  return { status: "canceled", leftBy: "canceled", lastNode: scope.lastNode, failure: scope.pending };
}
