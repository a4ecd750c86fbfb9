/** A visit is over: breakers first, then the way on, or the scope's end. */
import { CLASS_POLICY } from "../../failure/classes.ts";
import type { Pipeline } from "../../graph/pipeline.ts";
import { cycleCount } from "../breakers.ts";
import { type Choice, chooseRoute } from "../routing.ts";
import type { Cursor, Ended, Scope, ScopeResult } from "../state.ts";
import { afterFan } from "./fan.ts";
import { gateShut } from "./goal-gate.ts";
import { restart } from "./restart.ts";
import { at, type Step } from "./step.ts";

type Settled = Extract<Cursor, { phase: "settled" }>;

export function settled(pipeline: Pipeline, scope: Scope, cursor: Settled): Step {
  const { ended } = cursor;
  const stage = pipeline.stages.get(ended.node);
  if (!stage) return null;
  const broken = breakers(pipeline, scope, cursor);
  if (broken) return broken;
  if (stage.handler === "exit") return { over: atExit(scope) };
  if (stage.handler === "parallel" && ended.status !== "fail") return afterFan(pipeline, scope, ended);
  const choice = chooseRoute(pipeline, scope, ended);
  if (choice.to === null) return { over: noWayOn(scope, ended, choice.why) };
  if (choice.to === scope.stopAt) {
    const shut = gateShut(pipeline, scope);
    if (shut) return shut;
  }
  if (choice.route?.loopRestart) return restart(pipeline, scope, cursor, choice.to);
  return { event: selected(scope, ended, choice) };
}

function breakers(pipeline: Pipeline, scope: Scope, cursor: Settled): Step {
  const { ended } = cursor;
  const { failure } = ended;
  if (!failure || ended.passedOn) return null;
  const about = {
    ...at(scope),
    node_id: ended.node,
    signature: failure.signature,
    failure_class: failure.class,
    failure_reason: failure.reason,
  };
  if (CLASS_POLICY[failure.class].countsFor === "cycle") {
    const limit = pipeline.limits.signatureLimit;
    const count = cycleCount(scope, ended.node, failure.signature);
    const counts = { signature_count: cursor.checked ? count : count + 1, signature_limit: limit };
    if (!cursor.checked) {
      return {
        event: { event: "deterministic_failure_cycle_check", ...about, ...counts, visit: ended.visit },
      };
    }
    if (count >= limit)
      return { event: { event: "deterministic_failure_cycle_breaker", ...about, ...counts } };
  }
  const failures = scope.breakers.failures.get(ended.node) ?? 0;
  const bound = pipeline.limits.maxNodeFailures;
  if (failures < bound) return null;
  return {
    event: {
      event: "no_progress_breaker",
      ...about,
      bound: "max_node_failures",
      signature_count: failures,
      signature_limit: bound,
      explanation: `${ended.node} failed ${failures} times with no success of its own between (max_node_failures=${bound}); last: ${failure.reason}`,
    },
  };
}

function selected(scope: Scope, ended: Ended, choice: Extract<Choice, { to: string }>) {
  return {
    event: "edge_selected" as const,
    ...at(scope),
    from_node: ended.node,
    to_node: choice.to,
    visit: ended.visit,
    ...(choice.route
      ? { edge: choice.route.index, label: choice.route.label, condition: choice.route.conditionText }
      : {}),
    reason: choice.reason,
    candidates: choice.candidates,
    outcome: ended.status,
  };
}

/** An exit reached after a failure that nothing made good is no success (R-FAIL-8). */
function atExit(scope: Scope): ScopeResult {
  return {
    status: scope.pending ? "fail" : "success",
    leftBy: "exit",
    lastNode: scope.lastNode,
    failure: scope.pending,
  };
}

function noWayOn(scope: Scope, ended: Ended, why: string): ScopeResult {
  const own = ended.failure;
  // A check that only handed a failure on names the stage that failed.
  const failure = own
    ? { ...own, node: ended.passedOn ? (own.cause?.node_id ?? ended.node) : ended.node }
    : {
        node: ended.node,
        reason: why,
        class: "structural" as const,
        signature: `${ended.node}|structural|no-way-on`,
        cause: scope.pending
          ? {
              node_id: scope.pending.node,
              reason: scope.pending.reason,
              class: scope.pending.class,
              signature: scope.pending.signature,
            }
          : null,
      };
  return { status: "fail", leftBy: own ? "failed" : "dead_end", lastNode: ended.node, failure };
}
