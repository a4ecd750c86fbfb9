/** A finished branch as its parent gets it: whole, typed, with its causes and counts (R-FAN-5, R-BRK-5). */

import type { Pipeline } from "../graph/pipeline.ts";
import { exportBreakers } from "./breakers.ts";
import type { BranchResult, PlannedBranch } from "./events/flow.ts";
import { failedBranches } from "./failed-branches.ts";
import { jsonBytes } from "./json-bytes.ts";
import type { Cause, JsonValue } from "./outcome.ts";
import { retriesOf } from "./scopes.ts";
import type { NodeRecord, RunState, Scope, ScopeResult } from "./state.ts";
import { usageLines } from "./usage.ts";

/** Keys that the engine keeps for itself: they say where a branch stood, not what it made. */
const ENGINE_KEYS =
  /^(?:outcome|preferred_label|failure_reason|failure_class|failure_signature|failed_node|current_node|previous_node|parallel\..*|internal\..*|graph\..*|input\..*|work\..*|loop_restart\..*)$/;

const OUTPUT_BYTES = 200 * 1024;
/** With the outputs it still fits into one event. */
const COUNT_BYTES = 240 * 1024;

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
  const counted = counts(pipeline, scope, nodes);
  const countBytes = jsonBytes(counted);
  const problem =
    bytes > OUTPUT_BYTES
      ? largeOutputs(scope, over, bytes)
      : countBytes > COUNT_BYTES
        ? manyNodes(scope, over, nodes.length, countBytes)
        : null;
  const cause = causeOf(scope, over) ?? problem;
  return {
    ...branch,
    status: problem && over.status !== "canceled" ? "fail" : over.status,
    left_by: over.leftBy,
    ...(over.lastNode === null ? {} : { last_node: over.lastNode }),
    ...(cause === null ? {} : { cause }),
    ...(scope.failedBranches.size === 0 ? {} : { failed_branches: failedBranches(scope) }),
    ...(over.restartBlocked ? { loop_restart_blocked: over.restartBlocked } : {}),
    ...(typeof preferred === "string" && preferred !== "" ? { preferred_label: preferred } : {}),
    ...(typeof score === "number" ? { score } : {}),
    outputs: bytes > OUTPUT_BYTES ? {} : made,
    ...(scope.commit === null ? {} : { commit: scope.commit }),
    duration_ms: Math.max(0, state.now - scope.startedAt),
    attempts: scope.attempts,
    // Unknown is never zero: it spent, and nobody can say how much.
    ...(countBytes > COUNT_BYTES ? { ...NO_COUNTS, usage: [{ cost_usd: null }] } : counted),
  };
}

type Counts = Pick<
  BranchResult,
  "usage" | "node_visits" | "node_retries" | "nodes" | "completed_nodes" | "gates" | "breakers"
>;

const NO_COUNTS: Counts = {
  usage: [],
  node_visits: {},
  node_retries: {},
  nodes: {},
  completed_nodes: [],
  gates: {},
  breakers: { cycle: {}, restart: {}, failures: {} },
};

function counts(pipeline: Pipeline, scope: Scope, nodes: readonly [string, NodeRecord][]): Counts {
  return {
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

function manyNodes(scope: Scope, over: ScopeResult, nodes: number, bytes: number): Cause {
  const node = over.lastNode ?? scope.key;
  return {
    node_id: node,
    reason: `branch ${scope.key} went through ${nodes} nodes, and what it counted has ${bytes} bytes, at most ${COUNT_BYTES} travel to its join; make several branches of it, or a graph of its own`,
    class: "deterministic",
    signature: `${node}|deterministic|too_many_nodes`,
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

/** Of a branch that brought nothing: never started, or lost with its runner. */
export function unfinished(
  branch: PlannedBranch,
  status: "canceled" | "fail",
  leftBy: BranchResult["left_by"],
): BranchResult {
  return { ...branch, status, left_by: leftBy, outputs: {}, duration_ms: 0, attempts: 0, ...NO_COUNTS };
}
