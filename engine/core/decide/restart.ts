/** A loop_restart edge: only after success or for infrastructure, and never without end (R-BRK-6). */
import { CLASS_POLICY } from "../../failure/classes.ts";
import type { Pipeline } from "../../graph/pipeline.ts";
import type { Cursor, Scope } from "../state.ts";
import { at, type Step } from "./step.ts";

type Settled = Extract<Cursor, { phase: "settled" }>;

export function restart(pipeline: Pipeline, scope: Scope, cursor: Settled, target: string): Step {
  const { ended } = cursor;
  const { failure } = ended;
  if (failure) {
    const about = {
      ...at(scope),
      node_id: ended.node,
      target_node: target,
      failure_class: failure.class,
      failure_reason: failure.reason,
    };
    if (!CLASS_POLICY[failure.class].restart) {
      return { event: { event: "loop_restart_blocked", ...about, failure_signature: failure.signature } };
    }
    const limit = pipeline.limits.signatureLimit;
    const seen = scope.breakers.restart.get(failure.signature) ?? 0;
    const counted = { ...about, signature: failure.signature, signature_limit: limit };
    if (!cursor.restartCounted) {
      return { event: { event: "loop_restart_signature", ...counted, signature_count: seen + 1 } };
    }
    if (seen >= limit) {
      return { event: { event: "loop_restart_circuit_breaker", ...counted, signature_count: seen } };
    }
  }
  const count = scope.restarts + 1;
  const bound = pipeline.limits.maxRestarts;
  if (count > bound) {
    return {
      event: {
        event: "no_progress_breaker",
        ...at(scope),
        node_id: ended.node,
        bound: "max_restarts",
        signature: failure?.signature ?? `${ended.node}|max_restarts`,
        signature_count: scope.restarts,
        signature_limit: bound,
        failure_class: failure?.class ?? "structural",
        failure_reason: failure?.reason ?? "",
        explanation: `${ended.node} asked for restart ${count} (max_restarts=${bound})${failure ? `: ${failure.reason}` : ""}`,
      },
    };
  }
  return {
    event: {
      event: "loop_restart",
      ...at(scope),
      from_node: ended.node,
      target_node: target,
      restart_count: count,
      ...(failure
        ? {
            failure_reason: failure.reason,
            failure_class: failure.class,
            failure_signature: failure.signature,
          }
        : {}),
    },
  };
}
