import { CLASS_POLICY } from "../../failure/classes.ts";
import { remember } from "../../failure/remember.ts";
import type { Pipeline } from "../../graph/pipeline.ts";
import { countFailure, forgive } from "../breakers.ts";
import { mayBeSetBy, setOutcome } from "../context.ts";
import type { EventOf } from "../events.ts";
import { isSuccess } from "../outcome.ts";
import { record, scopeOf } from "../scopes.ts";
import type { AttemptEnd, Ended, RunState, Scope } from "../state.ts";
import { isStopping } from "../stopping.ts";
import { addToNode, addUsage } from "../usage.ts";

/** The reason of a retry that spends no budget: whoever ran the attempt is gone. */
export const ATTEMPT_LOST = "attempt_lost";

/** A run that nobody resumes fails then (R-AGENT-18). */
const LONGEST_PAUSE_MS = 7 * 86_400_000;

/** Handlers that do no work: their success makes no failure good. */
const STRUCTURAL: ReadonlySet<string> = new Set(["start", "exit", "conditional", "parallel"]);

/** The events that are folded here. */
type StageFolded = EventOf<
  | "stage_attempt_start"
  | "stage_attempt_end"
  | "retry_decision"
  | "stage_retry_sleep"
  | "stage_retry_blocked"
  | "run_paused"
  | "leg_paused"
>;

export function foldStage(pipeline: Pipeline, state: RunState, event: StageFolded): void {
  switch (event.event) {
    case "stage_attempt_start":
      started(state, event);
      return;
    case "stage_attempt_end":
      ended(pipeline, state, event);
      return;
    case "retry_decision":
      decided(state, event);
      return;
    case "stage_retry_sleep": {
      const scope = scopeOf(state, event.branch_key);
      if (!scope) return;
      scope.cursor = {
        phase: "ready",
        node: event.node_id,
        attempt: event.attempt + 1,
        notBefore: state.now + event.delay_ms,
      };
      return;
    }
    case "run_paused":
    case "leg_paused":
      paused(state, event);
      return;
    case "stage_retry_blocked": {
      const scope = scopeOf(state, event.branch_key);
      if (scope?.cursor.phase === "failed") scope.cursor = { ...scope.cursor, blocked: true };
      return;
    }
    default:
      event satisfies never;
  }
}

function started(state: RunState, event: EventOf<"stage_attempt_start">): void {
  const scope = scopeOf(state, event.branch_key);
  if (!scope) return;
  const node = record(scope, event.node_id);
  if (event.attempt === 1) {
    node.retries = 0;
    node.failures = null;
  }
  node.visits = event.visit;
  node.attempts++;
  scope.attempts++;
  state.attempts++;
  scope.context.set("current_node", event.node_id);
  const resumed = scope.cursor.phase === "at" && scope.cursor.resumed === true;
  scope.cursor = { phase: "running", node: event.node_id, attempt: event.attempt, since: state.now, resumed };
}

function ended(pipeline: Pipeline, state: RunState, event: EventOf<"stage_attempt_end">): void {
  const scope = scopeOf(state, event.branch_key);
  if (!scope) return;
  for (const usage of event.usage ?? []) {
    addUsage(state.usage, usage);
    addUsage(scope.usage, usage);
  }
  const node = record(scope, event.node_id);
  addToNode(node.spent, event.duration_ms, event.usage ?? []);
  if (event.failure_class) {
    const escalating =
      (node.failures?.escalating ?? 0) + (CLASS_POLICY[event.failure_class].escalation ? 1 : 0);
    node.failures = { class: event.failure_class, escalating };
  }
  if (event.commit) scope.commit = event.commit;
  const handler = pipeline.stages.get(event.node_id)?.handler ?? "";
  for (const [key, value] of Object.entries(event.context_updates ?? {})) {
    if (mayBeSetBy(handler, key)) scope.context.set(key, value);
  }
  if (event.classified_by && event.failure_signature && event.failure_reason && event.failure_class) {
    state.registry = remember(state.registry, {
      node: event.node_id,
      class: event.failure_class,
      reason: event.failure_reason,
      signature: event.failure_signature,
      given: event.signature_given,
    });
  }
  if (event.passed_on || isSuccess(event.status) || event.status === "skipped") settle(state, scope, event);
  else
    scope.cursor = {
      phase: "failed",
      node: event.node_id,
      attempt: event.attempt,
      end: event,
      blocked: false,
    };
}

/** The provider's stop stands in the attempt's end; the event says that the scope rests for it. */
function paused(state: RunState, event: EventOf<"run_paused"> | EventOf<"leg_paused">): void {
  const scope = scopeOf(state, event.branch_key);
  if (scope?.cursor.phase !== "failed" || event.provider === undefined) return;
  const { node, attempt, end } = scope.cursor;
  const pause = {
    provider: event.provider,
    until: event.until ?? null,
    deadline: state.now + LONGEST_PAUSE_MS,
  };
  scope.cursor = { phase: "paused", node, attempt, end, pause };
}

function decided(state: RunState, event: EventOf<"retry_decision">): void {
  const scope = scopeOf(state, event.branch_key);
  if (scope?.cursor.phase !== "failed" && scope?.cursor.phase !== "paused") return;
  const { end } = scope.cursor;
  if (!event.will_retry) {
    settle(state, scope, {
      ...end,
      status: event.status ?? "fail",
      failure_reason: event.failure_reason ?? end.failure_reason,
      failure_class: event.failure_class ?? end.failure_class,
      failure_signature: event.failure_signature ?? end.failure_signature,
    });
    return;
  }
  record(scope, event.node_id).retries = event.retries;
  scope.context.set(`internal.retry_count.${event.node_id}`, event.retries);
  scope.cursor =
    event.reason === ATTEMPT_LOST
      ? { phase: "ready", node: event.node_id, attempt: event.attempt + 1, notBefore: null }
      : { phase: "retrying", node: event.node_id, attempt: event.attempt };
}

/** A visit is over: its outcome becomes context, and success clears what counted against the node. */
function settle(state: RunState, scope: Scope, end: AttemptEnd): void {
  const ended = endedFrom(scope, end, isStopping(state, scope));
  const node = record(scope, ended.node);
  node.last = {
    status: ended.status,
    reason: ended.failure?.reason ?? null,
    commit: end.commit ?? node.last?.commit ?? null,
  };
  scope.nodes.delete(ended.node);
  scope.nodes.set(ended.node, node);
  scope.completed.add(ended.node);
  scope.lastNode = ended.node;
  setOutcome(scope, ended);
  if (!ended.passedOn && ended.failure && ended.failure.class !== "canceled") {
    // An attempt that nobody could finish says nothing about the node.
    if (!end.evidence?.lost) countFailure(scope, ended.node);
    scope.pending = { ...ended.failure, node: ended.node };
  } else if (!ended.passedOn && isSuccess(ended.status)) {
    forgive(scope, ended.node);
    if (!STRUCTURAL.has(end.handler)) scope.pending = null;
  }
  scope.cursor = { phase: "settled", ended, checked: false, restartCounted: false };
}

/** Canceled is only what this run stops; whatever else is called so has failed like any other (R-FAIL-4). */
function endedFrom(scope: Scope, end: AttemptEnd, stopping: boolean): Ended {
  const said = end.failure_class ?? "deterministic";
  const failed = end.status === "fail" || end.status === "retry";
  return {
    node: end.node_id,
    visit: end.visit,
    status: end.status,
    preferredLabel: end.preferred_label ?? null,
    suggested: end.suggested_next_ids ?? [],
    notes: end.notes ?? null,
    failure: failed
      ? {
          reason: end.failure_reason ?? `${end.node_id} gave no reason`,
          class: said === "canceled" && !stopping ? "deterministic" : said,
          signature: end.failure_signature ?? `${end.node_id}|unexplained`,
          cause: end.cause ?? null,
        }
      : null,
    passedOn: end.passed_on ?? false,
    edge: scope.cursor.phase === "gate" ? (scope.cursor.gate.answer?.edge ?? null) : null,
  };
}
