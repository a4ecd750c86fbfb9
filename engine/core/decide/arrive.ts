import type { Pipeline } from "../../graph/pipeline.ts";
import { ownsAttempt } from "../pure-stages.ts";
import type { Cursor, RunState, Scope } from "../state.ts";
import { budgetBlock } from "./budget.ts";
import { gateShut } from "./goal-gate.ts";
import { at, type Step } from "./step.ts";

type Arrived = Extract<Cursor, { phase: "at" }>;

/** A scope has come to a node: bounds first, then goal gates at an exit, then the first attempt. */
export function arrive(pipeline: Pipeline, state: RunState, scope: Scope, cursor: Arrived): Step {
  const { node } = cursor;
  if (cursor.jump) return { event: jump(scope, node, cursor.jump) };
  const stage = pipeline.stages.get(node);
  if (!stage) {
    const reason = `the graph has no node ${node}`;
    return {
      over: {
        status: "fail",
        leftBy: "failed",
        lastNode: scope.lastNode,
        failure: { node, reason, class: "structural", signature: `${node}|missing`, cause: null },
      },
    };
  }
  const visits = scope.nodes.get(node)?.visits ?? 0;
  const limit = pipeline.limits.maxNodeVisits;
  if (limit > 0 && visits >= limit) return { event: visitBound(scope, node, visits, limit) };
  if (stage.handler === "exit" && scope.key === "") {
    const refused = gateShut(pipeline, scope);
    if (refused) return refused;
  }
  if (ownsAttempt(pipeline, scope, node)) return budgetBlock(pipeline, state, scope, node);
  return {
    event: {
      event: "stage_attempt_start",
      ...at(scope),
      node_id: node,
      visit: visits + 1,
      attempt: 1,
      max: 1,
      handler: stage.handler,
    },
  };
}

/** The exit, or a branch's join, was refused and the refusal is recorded: now the way back. */
function jump(scope: Scope, exit: string, target: string) {
  return {
    event: "edge_selected" as const,
    ...at(scope),
    from_node: exit,
    to_node: target,
    visit: (scope.nodes.get(exit)?.visits ?? 0) + 1,
    reason: "goal_gate_retry" as const,
  };
}

function visitBound(scope: Scope, node: string, visits: number, limit: number) {
  return {
    event: "no_progress_breaker" as const,
    ...at(scope),
    node_id: node,
    bound: "max_node_visits" as const,
    signature: `${node}|max_node_visits`,
    signature_count: visits,
    signature_limit: limit,
    failure_class: scope.pending?.class ?? ("structural" as const),
    failure_reason: scope.pending?.reason ?? "",
    explanation: `${node} was visited ${visits} times (max_node_visits=${limit}): the loop is not ending; raise max_node_visits if it should go on${
      scope.pending ? `; last failure at ${scope.pending.node}: ${scope.pending.reason}` : ""
    }`,
  };
}
