import type { Pipeline } from "../../graph/pipeline.ts";
import { setCycleCount } from "../breakers.ts";
import { restartContext } from "../context.ts";
import type { EventOf } from "../events.ts";
import { record, scopeOf } from "../scopes.ts";
import type { RunState, Scope } from "../state.ts";

/** The events that are folded here. */
type FlowFolded = EventOf<
  | "edge_selected"
  | "goal_gate_unsatisfied"
  | "deterministic_failure_cycle_check"
  | "loop_restart_signature"
  | "deterministic_failure_cycle_breaker"
  | "no_progress_breaker"
  | "loop_restart_circuit_breaker"
  | "loop_restart_blocked"
  | "loop_restart"
>;

export function foldFlow(pipeline: Pipeline, state: RunState, event: FlowFolded): void {
  switch (event.event) {
    case "edge_selected":
      moved(state, event);
      return;
    case "goal_gate_unsatisfied": {
      const scope = scopeOf(state, event.branch_key);
      if (!scope) return;
      scope.gateRetries.set(event.node_id, event.count);
      if (event.retry_target === undefined) return;
      if (scope.cursor.phase === "at") scope.cursor = { ...scope.cursor, jump: event.retry_target };
      // A branch before its join: the refusal stands there, the way back comes next.
      else if (scope.stopAt !== null)
        scope.cursor = { phase: "at", node: scope.stopAt, jump: event.retry_target };
      return;
    }
    case "deterministic_failure_cycle_check": {
      const scope = scopeOf(state, event.branch_key);
      if (scope?.cursor.phase !== "settled") return;
      setCycleCount(scope, event.node_id, event.signature, event.signature_count);
      scope.cursor = { ...scope.cursor, checked: true };
      return;
    }
    case "loop_restart_signature": {
      const scope = scopeOf(state, event.branch_key);
      if (scope?.cursor.phase !== "settled") return;
      scope.breakers.restart.set(event.signature, event.signature_count);
      scope.cursor = { ...scope.cursor, restartCounted: true };
      return;
    }
    case "deterministic_failure_cycle_breaker":
    case "no_progress_breaker":
    case "loop_restart_circuit_breaker":
      tripped(scopeOf(state, event.branch_key), event);
      return;
    case "loop_restart_blocked": {
      const scope = scopeOf(state, event.branch_key);
      if (scope) restartRefused(scope, event);
      return;
    }
    case "loop_restart":
      restarted(pipeline, state, event);
      return;
    default:
      event satisfies never;
  }
}

function moved(state: RunState, event: EventOf<"edge_selected">): void {
  const scope = scopeOf(state, event.branch_key);
  if (!scope) return;
  if (event.to_node === scope.stopAt) {
    const failure = scope.pending;
    scope.cursor = {
      phase: "done",
      result: {
        status: failure ? "fail" : event.outcome === "partial_success" ? "partial_success" : "success",
        leftBy: "join",
        lastNode: scope.lastNode,
        failure,
      },
    };
    return;
  }
  scope.via = event.edge ?? null;
  scope.cursor = { phase: "at", node: event.to_node };
}

function restartRefused(scope: Scope, event: EventOf<"loop_restart_blocked">): void {
  const { node_id, target_node, failure_reason, failure_class, failure_signature } = event;
  finishFailed(scope, node_id, failure_reason, failure_class, failure_signature, "failed");
  if (scope.cursor.phase !== "done") return;
  scope.cursor = {
    phase: "done",
    result: { ...scope.cursor.result, restartBlocked: { node_id, target_node } },
  };
}

function tripped(
  scope: Scope | undefined,
  event: EventOf<
    "deterministic_failure_cycle_breaker" | "no_progress_breaker" | "loop_restart_circuit_breaker"
  >,
): void {
  if (!scope) return;
  const reason = event.event === "no_progress_breaker" ? event.explanation : breakerReason(event);
  finishFailed(scope, event.node_id, reason, event.failure_class, event.signature, "breaker");
}

function breakerReason(
  event: EventOf<"deterministic_failure_cycle_breaker" | "loop_restart_circuit_breaker">,
): string {
  const what =
    event.event === "loop_restart_circuit_breaker"
      ? `restarted ${event.signature_count} times for the same failure`
      : `failed ${event.signature_count} times in the same way`;
  return `${event.node_id} ${what} (limit ${event.signature_limit}): ${event.failure_reason}`;
}

export function finishFailed(
  scope: Scope,
  node: string,
  reason: string,
  failureClass: EventOf<"no_progress_breaker">["failure_class"],
  signature: string,
  leftBy: "failed" | "breaker" | "dead_end",
): void {
  const cause = scope.pending
    ? {
        node_id: scope.pending.cause?.node_id ?? scope.pending.node,
        reason: scope.pending.cause?.reason ?? scope.pending.reason,
        class: scope.pending.cause?.class ?? scope.pending.class,
        signature: scope.pending.cause?.signature ?? scope.pending.signature,
      }
    : null;
  scope.cursor = {
    phase: "done",
    result: {
      status: "fail",
      leftBy,
      lastNode: scope.lastNode,
      failure: { node, reason, class: failureClass, signature, cause },
    },
  };
}

function restarted(pipeline: Pipeline, state: RunState, event: EventOf<"loop_restart">): void {
  const scope = scopeOf(state, event.branch_key);
  if (!scope) return;
  scope.restarts = event.restart_count;
  scope.context = restartContext(pipeline, scope.context);
  scope.context.set("loop_restart.iteration_count", event.restart_count);
  scope.context.set("loop_restart.from_node", event.from_node);
  // Visits, attempts and breaker counts go on: a restart is no way around a bound (R-BRK-5).
  for (const [id] of scope.nodes) record(scope, id).last = null;
  scope.completed.clear();
  scope.branchGates.clear();
  scope.failedBranches.clear();
  // What failed before is made good by a stage that succeeds after it, not by beginning again (R-FAIL-8).
  scope.lastFan = null;
  scope.cursor = { phase: "at", node: event.target_node };
}
