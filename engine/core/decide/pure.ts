/** Attempts that the core ends itself: no driver, no time, nothing to fail but the graph. */

import { FAILURE_CLASSES, type FailureClass } from "../../failure/classes.ts";
import type { Stage } from "../../graph/pipeline.ts";
import type { BodyOf } from "../events.ts";
import type { Scope } from "../state.ts";
import { at, type Step } from "./step.ts";

type End = BodyOf<"stage_attempt_end">;

export function pureEnd(scope: Scope, stage: Stage, rest: Partial<End> & { status: string }): Step {
  return {
    event: {
      event: "stage_attempt_end",
      ...at(scope),
      node_id: stage.id,
      visit: scope.nodes.get(stage.id)?.visits ?? 1,
      attempt: 1,
      max: 1,
      handler: stage.handler,
      duration_ms: 0,
      ...rest,
    },
  };
}

export function pureFailure(
  scope: Scope,
  stage: Stage,
  reason: string,
  failureClass: FailureClass,
  code: string,
  rest: Partial<End> = {},
): Step {
  return pureEnd(scope, stage, {
    status: "fail",
    failure_reason: reason,
    failure_class: failureClass,
    failure_signature: `${stage.id}|${failureClass}|${code}`,
    evidence: { error_code: code },
    ...rest,
  });
}

export function endPure(scope: Scope, stage: Stage, stop: string | null): Step {
  if (stop !== null) return pureFailure(scope, stage, stop, "canceled", "canceled");
  switch (stage.handler) {
    case "conditional":
      return passOn(scope, stage);
    case "parallel.fan_in":
      return fanInWithoutWork(scope, stage);
    default:
      return pureEnd(scope, stage, { status: "success" });
  }
}

/** A condition hands on what came before it: status, label, reason, class and signature, verbatim (R-FAIL-1). */
function passOn(scope: Scope, stage: Stage): Step {
  const text = (key: string) => String(scope.context.get(key) ?? "");
  const status = text("outcome") || "success";
  const label = text("preferred_label");
  const end = { status, passed_on: true, ...(label ? { preferred_label: label } : {}) };
  if (status !== "fail" && status !== "retry") return pureEnd(scope, stage, end);
  const known = FAILURE_CLASSES.find((name) => name === text("failure_class")) ?? "deterministic";
  const failure = {
    failure_reason: text("failure_reason") || `${text("failed_node") || "an earlier stage"} failed`,
    failure_class: known,
    failure_signature: text("failure_signature"),
  };
  return pureEnd(scope, stage, {
    ...end,
    ...failure,
    cause: {
      node_id: text("failed_node") || stage.id,
      reason: failure.failure_reason,
      class: known,
      signature: failure.failure_signature,
    },
  });
}

function fanInWithoutWork(scope: Scope, stage: Stage): Step {
  const fan = scope.lastFan;
  if (!fan || fan.joinNode !== stage.id) {
    return pureFailure(
      scope,
      stage,
      `${stage.id} joins nothing: no fan-out ended before it; lead its incoming edges through a component node`,
      "structural",
      "nothing_to_join",
    );
  }
  const { joined } = fan;
  if (joined.status === "success" || joined.status === "partial_success") {
    return pureEnd(scope, stage, { status: "success", notes: joined.explanation });
  }
  return failedJoin(scope, stage, joined);
}

/** Ends the stage with the failure of a fan-out whose branches did not suffice. */
export function failedJoin(scope: Scope, stage: Stage, joined: BodyOf<"fanout_joined">): Step {
  return pureEnd(scope, stage, {
    status: "fail",
    failure_reason: joined.failure_reason ?? joined.explanation,
    failure_class: joined.failure_class ?? "deterministic",
    failure_signature: joined.failure_signature ?? `${stage.id}|join`,
    evidence: { error_code: "join_failed" },
    notes: joined.explanation,
  });
}
