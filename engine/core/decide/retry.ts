/** An attempt failed: again, or is the visit over? (R-BRK-8, R-FAN-2, R-STAT-9) */
import { CLASS_POLICY } from "../../failure/classes.ts";
import { isKnownStatus } from "../../graph/known-statuses.ts";
import type { Pipeline, Stage } from "../../graph/pipeline.ts";
import { retryDelayMs } from "../backoff.ts";
import type { BodyOf } from "../events.ts";
import { ATTEMPT_LOST } from "../fold/stage.ts";
import { expectsOutcome } from "../routing.ts";
import { record } from "../scopes.ts";
import type { Cursor, RunState, Scope } from "../state.ts";
import { pausedBy } from "./pause.ts";
import { at, type Step } from "./step.ts";

type Failed = Extract<Cursor, { phase: "failed" }>;
type Retrying = Extract<Cursor, { phase: "retrying" }>;

export function afterFailure(pipeline: Pipeline, scope: Scope, cursor: Failed, stopping: boolean): Step {
  const stage = pipeline.stages.get(cursor.node);
  const { end } = cursor;
  if (!stage) return null;
  const decide = (
    rest: Partial<BodyOf<"retry_decision">> & { will_retry: boolean; reason: string },
  ): Step => ({
    event: {
      event: "retry_decision",
      ...at(scope),
      node_id: cursor.node,
      visit: end.visit,
      attempt: cursor.attempt,
      retries: record(scope, cursor.node).retries,
      max_retries: stage.maxRetries,
      ...rest,
    },
  });
  if (stopping) return decide({ will_retry: false, reason: "canceled", status: "fail" });
  if (end.evidence?.lost) return decide({ will_retry: true, reason: ATTEMPT_LOST });
  if (!isKnownStatus(end.status)) return decide(customOutcome(pipeline, stage, end));
  const pause = pausedBy(scope, cursor);
  if (pause !== null) return { event: pause };

  const used = record(scope, cursor.node).retries;
  const blocked = whyNoRetry(stage, end);
  if (blocked !== null) {
    if (!cursor.blocked) return { event: retryBlocked(scope, stage, end, blocked) };
    return decide({ will_retry: false, reason: blocked, status: "fail" });
  }
  if (used < stage.maxRetries) {
    return decide({ will_retry: true, reason: end.failure_class ?? end.status, retries: used + 1 });
  }
  if (stage.allowPartial) {
    return decide({
      will_retry: false,
      reason: "retries exhausted, partial accepted",
      status: "partial_success",
    });
  }
  const said = end.failure_reason ?? "";
  return decide({
    will_retry: false,
    reason: "retries exhausted",
    status: "fail",
    ...(stage.maxRetries > 0 && end.status === "retry"
      ? { failure_reason: `max retries exceeded: ${said}` }
      : {}),
  });
}

function whyNoRetry(stage: Stage, end: BodyOf<"stage_attempt_end">): string | null {
  if (end.evidence?.error_code === "join_failed") return "a join that failed has nothing to try again";
  if (stage.handler === "wait.human" || stage.handler === "parallel") return `${stage.handler} runs once`;
  // A stage that says `retry`, and nothing says that it would be in vain, is taken at its word (specification 5.2).
  if (end.status === "retry" && end.classified_by === "default") return null;
  const failed = end.failure_class ?? "deterministic";
  const { retry, escalation } = CLASS_POLICY[failed];
  // A list of stronger models asks for the attempts that climb it.
  if (escalation && stage.escalationModels.length > 0) return null;
  if (retry === "if_asked")
    return stage.retryOn.some((name) => name === failed)
      ? null
      : `class ${failed} is retried where retry_on asks for it`;
  return retry ? null : `class ${failed} is never retried`;
}

function retryBlocked(scope: Scope, stage: Stage, end: BodyOf<"stage_attempt_end">, why: string) {
  return {
    event: "stage_retry_blocked" as const,
    ...at(scope),
    node_id: stage.id,
    visit: end.visit,
    attempt: end.attempt,
    max: stage.maxRetries + 1,
    max_retry: stage.maxRetries,
    status: end.status,
    failure_reason: end.failure_reason,
    failure_class: end.failure_class,
    failure_signature: end.failure_signature,
    why,
  };
}

/** A status outside the five routes only by an edge that waits for it. */
function customOutcome(pipeline: Pipeline, stage: Stage, end: BodyOf<"stage_attempt_end">) {
  if (expectsOutcome(pipeline, stage.id, end.status)) {
    return { will_retry: false, reason: "custom outcome", status: end.status };
  }
  const edges = (pipeline.out.get(stage.id) ?? [])
    .map((route) => `${route.to} [${route.conditionText || "unconditional"}]`)
    .join(", ");
  return {
    will_retry: false,
    reason: "no edge expects this outcome",
    status: "fail",
    failure_reason: `${stage.id} ended "${end.status}", which no edge expects (edges: ${edges || "none"}); draw one with condition="outcome=${end.status}"`,
    failure_class: "structural" as const,
    failure_signature: `${stage.id}|structural|unexpected-outcome-${end.status}`,
  };
}

export function sleep(pipeline: Pipeline, state: RunState, scope: Scope, cursor: Retrying): Step {
  const stage = pipeline.stages.get(cursor.node);
  if (!stage) return null;
  const node = record(scope, cursor.node);
  const seed = `${state.runId}/${scope.key}/${cursor.node}/${node.visits}`;
  return {
    event: {
      event: "stage_retry_sleep",
      ...at(scope),
      node_id: cursor.node,
      visit: node.visits,
      attempt: cursor.attempt,
      delay_ms: retryDelayMs(stage.backoff, node.retries, seed),
      retries: node.retries,
      max_retry: stage.maxRetries,
    },
  };
}
