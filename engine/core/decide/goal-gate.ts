/** Goal gates: an exit, and the join that ends a branch, stay shut while a visited gate has not succeeded (R-BRK-7). */
import type { Pipeline } from "../../graph/pipeline.ts";
import { gateStatuses } from "../branch-result.ts";
import { isSuccess } from "../outcome.ts";
import { retryChain } from "../routing.ts";
import type { Scope } from "../state.ts";
import { at, type Step } from "./step.ts";

/** null: no gate stands in the way. */
export function gateShut(pipeline: Pipeline, scope: Scope): Step {
  const open = [...gateStatuses(pipeline, scope)].find(([, status]) => !isSuccess(status));
  if (!open) return null;
  const [gate, status] = open;
  const target = wayBack(pipeline, scope, gate);
  const said = scope.nodes.get(gate)?.last?.reason ?? scope.pending?.reason ?? `it ended ${status}`;
  // A branch hands its shut gate on to the exit; the trunk has nobody to hand it to.
  if (target === null) return scope.key === "" ? { over: unsatisfied(scope, gate, said) } : null;
  const asked = scope.gateRetries.get(gate) ?? 0;
  const limit = pipeline.limits.maxNodeFailures;
  if (asked < limit) {
    return {
      event: {
        event: "goal_gate_unsatisfied",
        ...at(scope),
        node_id: gate,
        status,
        retry_target: target,
        count: asked + 1,
        limit,
      },
    };
  }
  return {
    event: {
      event: "no_progress_breaker",
      ...at(scope),
      node_id: gate,
      bound: "goal_gate_retries",
      signature: `${gate}|goal_gate_retries`,
      signature_count: asked,
      signature_limit: limit,
      failure_class: scope.pending?.class ?? "deterministic",
      failure_reason: said,
      explanation: `goal gate ${gate} shut the exit ${asked} times (max_node_failures=${limit}): ${said}`,
    },
  };
}

/** The gate's retry chain; for a gate inside a branch that is over, the fan-out it belongs to. */
function wayBack(pipeline: Pipeline, scope: Scope, gate: string): string | null {
  const stage = pipeline.stages.get(gate);
  const own = stage ? retryChain(pipeline, scope, stage) : null;
  const hopes = stage?.retryTarget ?? stage?.fallbackRetryTarget ?? null;
  if (own !== null || hopes === null || !scope.branchGates.has(gate)) return own;
  // A branch that a breaker ended would only be ended again.
  const again = scope.lastFan?.results.some(
    ({ gates, left_by }) => gates[gate] !== undefined && left_by !== "breaker",
  );
  return again ? (scope.lastFan?.node ?? null) : null;
}

function unsatisfied(scope: Scope, gate: string, said: string) {
  const { pending } = scope;
  return {
    status: "fail" as const,
    leftBy: "failed" as const,
    lastNode: scope.lastNode,
    failure: {
      node: gate,
      reason: `goal gate ${gate} is unsatisfied and has no retry target: ${said}`,
      class: pending?.class ?? ("deterministic" as const),
      signature: pending?.signature ?? `${gate}|goal-gate`,
      cause: pending
        ? {
            node_id: pending.node,
            reason: pending.reason,
            class: pending.class,
            signature: pending.signature,
          }
        : null,
    },
  };
}
