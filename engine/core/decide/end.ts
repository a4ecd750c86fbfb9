/** The run's last line: what became of it, and why (R-LIFE-1, R-LIFE-6). */
import type { EventBody } from "../events.ts";
import type { RunState, Scope, ScopeResult } from "../state.ts";

export function finalEvent(state: RunState, trunk: Scope, over: ScopeResult): EventBody {
  const common = {
    duration_ms: Math.max(0, state.now - state.startedAt),
    finished_nodes: trunk.completed.size,
  };
  const { stop } = state;
  if (stop?.status === "canceled")
    return { event: "run_canceled", status: "canceled", reason: stop.reason, ...common };
  if (stop) {
    return {
      event: "run_failed",
      status: "fail",
      failure_reason: stop.reason,
      failure_class: stop.class,
      failure_signature: `run|${stop.class}`,
      ...(stop.node ? { failed_node: stop.node } : {}),
      ...(trunk.pending ? { cause: causeOf(trunk.pending) } : {}),
      ...common,
    };
  }
  if (over.status === "success" || over.status === "partial_success") {
    return { event: "run_completed", status: "success", ...common };
  }
  if (over.status === "canceled") {
    return {
      event: "run_canceled",
      status: "canceled",
      reason: over.failure?.reason ?? "canceled",
      ...common,
    };
  }
  const failure = over.failure;
  return {
    event: "run_failed",
    status: "fail",
    failure_reason:
      failure?.reason ?? `the run ended at ${over.lastNode ?? "its start"} without reaching an exit`,
    failure_class: failure?.class ?? "structural",
    failure_signature: failure?.signature ?? "run|structural|no-exit",
    ...(failure ? { failed_node: failure.node } : {}),
    ...(failure?.cause ? { cause: failure.cause } : {}),
    ...common,
  };
}

const causeOf = (pending: NonNullable<Scope["pending"]>) =>
  pending.cause ?? {
    node_id: pending.node,
    reason: pending.reason,
    class: pending.class,
    signature: pending.signature,
  };
