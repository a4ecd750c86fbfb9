/** A finished branch as its parent gets it: whole, typed, with its causes and counts (R-FAN-5, R-BRK-5). */

import type { Pipeline } from "../graph/pipeline.ts";
import { exportBreakers } from "./breakers.ts";
import type { BranchResult } from "./events/flow.ts";
import { jsonBytes } from "./json-bytes.ts";
import type { Cause, JsonValue } from "./outcome.ts";
import { type RunState, retriesOf, type Scope, type ScopeResult } from "./state.ts";
import { usageLines } from "./usage.ts";

/** Keys that the engine keeps for itself: they say where a branch stood, not what it made. */
const ENGINE_KEYS =
  /^(?:outcome|preferred_label|failure_reason|failure_class|failure_signature|failed_node|current_node|previous_node|parallel\..*|internal\..*|graph\..*|input\..*|work\..*|loop_restart\..*)$/;

const OUTPUT_BYTES = 200 * 1024;

export function branchResult(
  pipeline: Pipeline,
  state: RunState,
  scope: Scope,
  over: ScopeResult,
): BranchResult {
  const branch = scope.branch;
  if (!branch) throw new Error("the trunk has no branch result");
  const nodes = [...scope.nodes];
  const preferred = scope.context.get("preferred_label");
  const score = scope.context.get("score");
  const made = outputs(scope);
  const bytes = jsonBytes(made);
  const tooLarge = bytes > OUTPUT_BYTES;
  const cause = causeOf(scope, over) ?? (tooLarge ? largeOutputs(scope, over, bytes) : null);
  return {
    ...branch,
    status: tooLarge && over.status !== "canceled" ? "fail" : over.status,
    left_by: over.leftBy,
    ...(over.lastNode === null ? {} : { last_node: over.lastNode }),
    ...(cause === null ? {} : { cause }),
    ...(typeof preferred === "string" && preferred !== "" ? { preferred_label: preferred } : {}),
    ...(typeof score === "number" ? { score } : {}),
    outputs: tooLarge ? {} : made,
    ...(scope.commit === null ? {} : { commit: scope.commit }),
    duration_ms: Math.max(0, state.now - scope.startedAt),
    attempts: scope.attempts,
    usage: usageLines(scope.usage),
    node_visits: Object.fromEntries(nodes.map(([id, node]) => [id, node.visits])),
    node_retries: Object.fromEntries(nodes.map(([id, node]) => [id, retriesOf(node)])),
    nodes: Object.fromEntries(
      nodes.map(([id, { last, spent }]) => [
        id,
        {
          status: last?.status ?? "canceled",
          ms: spent.ms,
          tokens: spent.tokens,
          cost_usd: spent.unpriced > 0 ? null : spent.usd,
        },
      ]),
    ),
    completed_nodes: [...scope.completed],
    gates: Object.fromEntries(gateStatuses(pipeline, scope)),
    breakers: exportBreakers(scope.breakers),
  };
}

function causeOf(scope: Scope, { failure }: ScopeResult): Cause | null {
  if (!failure) return null;
  const { node, reason, class: failureClass, signature } = failure;
  return failure.cause ?? { node_id: node, reason, class: failureClass, signature, branch_key: scope.key };
}

/** A result is one event, and an event has its limit. */
function largeOutputs(scope: Scope, over: ScopeResult, bytes: number): Cause {
  const node = over.lastNode ?? scope.key;
  return {
    node_id: node,
    reason: `branch ${scope.key} would hand ${bytes} bytes of context to its join, at most ${OUTPUT_BYTES} travel; write what is long to files and put their paths there`,
    class: "deterministic",
    signature: `${node}|deterministic|outputs_too_large`,
    branch_key: scope.key,
  };
}

export function gateStatuses(pipeline: Pipeline, scope: Scope): Map<string, string> {
  const gates = new Map(scope.branchGates);
  for (const [id, node] of scope.nodes) {
    if (node.last && pipeline.stages.get(id)?.goalGate) gates.set(id, node.last.status);
  }
  return gates;
}

function outputs(scope: Scope): Record<string, JsonValue> {
  const changed = [...scope.context].filter(
    ([key, value]) => !ENGINE_KEYS.test(key) && !same(scope.seed?.get(key), value),
  );
  return Object.fromEntries(changed);
}

const same = (a: JsonValue | undefined, b: JsonValue): boolean =>
  a === b || (a !== undefined && JSON.stringify(a) === JSON.stringify(b));
