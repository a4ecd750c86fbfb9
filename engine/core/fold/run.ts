import type { Pipeline } from "../../graph/pipeline.ts";
import { initialContext } from "../context.ts";
import type { EventOf } from "../events.ts";
import { newScope, scopeOf } from "../scopes.ts";
import { type RunState, type Scope, TRUNK } from "../state.ts";
import { finishFailed } from "./flow.ts";
import { interruptedFan } from "./revive.ts";

/** The events that are folded here. */
type RunFolded = EventOf<
  | "run_started"
  | "run_resumed"
  | "cancellation_requested"
  | "cancellation_exit"
  | "agent_steered"
  | "agent_told"
  | "run_aborted"
  | "stall_watchdog_timeout"
  | "budget_exceeded"
  | "human_gate_waiting"
  | "human_gate_answered"
  | "hop_planned"
  | "hop_started"
  | "hop_settled"
  | "hop_lost"
  | "run_completed"
  | "run_failed"
  | "run_canceled"
  | "warning"
  | "cxdb_context"
>;

const NEARLY_SPENT = /^budget_(\w+)_nearly_spent$/;

/** `before`: the instant of the line before. */
export function foldRun(pipeline: Pipeline, state: RunState, event: RunFolded, before: number): void {
  switch (event.event) {
    case "run_started":
      runStarted(pipeline, state, event);
      return;
    case "run_resumed":
      unpause(state, before);
      resumed(pipeline, state, event);
      return;
    case "warning":
      // Preflight has said it for all of them; a stage finds out by itself where there was none.
      if (event.code === "not_confined" && (event.node_id === undefined || !state.notConfined))
        notConfined(state, event.message);
      if (NEARLY_SPENT.test(event.code))
        state.warned = [...(state.warned ?? []), event.code.replace(NEARLY_SPENT, "$1")];
      return;
    case "cxdb_context":
      state.cxdbContext ??= event.context_id;
      return;
    case "cancellation_requested":
      cancel(state, event);
      return;
    case "agent_steered":
      state.steered = [
        ...(state.steered ?? []),
        { id: event.command_id ?? String(event.seq), node: event.node_id, text: event.text },
      ];
      return;
    case "agent_told":
      state.steered &&= state.steered.filter(
        ({ id, node }) => id !== event.command_id || node !== event.node_id,
      );
      return;
    case "cancellation_exit": {
      const scope = scopeOf(state, event.branch_key);
      if (scope) scope.canceledExit = true;
      return;
    }
    case "run_aborted":
      state.stop ??= {
        status: "fail",
        reason: event.reason,
        class: event.failure_class,
        node: event.node_id ?? null,
        at: state.now,
      };
      return;
    case "stall_watchdog_timeout":
      stalled(state, event);
      return;
    case "budget_exceeded":
      if (event.branch_key !== undefined) {
        const scope = scopeOf(state, event.branch_key);
        const node = event.node_id ?? "";
        if (scope) {
          finishFailed(scope, node, event.explanation, "budget_exhausted", "budget", "breaker");
          scope.unpaid = node;
        }
        return;
      }
      state.stop ??= {
        status: "fail",
        reason: event.explanation,
        class: "budget_exhausted",
        node: event.node_id ?? null,
        at: state.now,
      };
      return;
    case "human_gate_waiting":
      gateOpened(state, event);
      return;
    case "human_gate_answered": {
      const cursor = scopeOf(state, event.branch_key)?.cursor;
      const scope = scopeOf(state, event.branch_key);
      if (scope && cursor?.phase === "gate" && cursor.gate.id === event.gate && !cursor.gate.answer) {
        scope.cursor = { ...cursor, gate: { ...cursor.gate, answer: event } };
      }
      return;
    }
    case "hop_planned":
      state.hop = {
        hop: event.hop,
        epoch: event.epoch,
        plan: event.plan,
        plannedAt: state.now,
        status: "planned",
        by: null,
        outcome: null,
        did: false,
        ...(event.offer === undefined ? {} : { offer: event.offer }),
      };
      return;
    case "hop_started":
      state.jobs = (state.jobs ?? 0) + 1;
      if (state.hop?.hop === event.hop && state.hop.epoch <= event.epoch) {
        state.hop = { ...state.hop, epoch: event.epoch, status: "claimed", by: event.by };
      }
      return;
    case "hop_settled":
      if (state.hop?.hop === event.hop && state.hop.epoch === event.epoch) {
        // A stage may take its runner down each time, while the job that ends the hop works: it is not tried for ever.
        state.hopsLost = state.hop.did ? 0 : state.hopsLost + 1;
        const asked = event.asks === true ? { askedAt: state.now } : {};
        state.hop = { ...state.hop, status: "settled", outcome: event.outcome, ...asked };
      }
      return;
    case "hop_lost":
      if (state.hop?.hop === event.hop && state.hop.epoch === event.epoch) {
        state.hop = { ...state.hop, status: "lost", outcome: event.cause };
        state.hopsLost++;
      }
      return;
    case "run_completed":
    case "run_failed":
    case "run_canceled":
      state.ended = event;
      state.endedAt = state.now;
      return;
    default:
      event satisfies never;
  }
}

const MOST_SENTENCES = 20;

function notConfined(state: RunState, message: string): void {
  const { notConfined: known = [] } = state;
  if (!known.includes(message) && known.length < MOST_SENTENCES) state.notConfined = [...known, message];
}

function runStarted(pipeline: Pipeline, state: RunState, event: EventOf<"run_started">): void {
  state.started = event;
  state.startedAt = state.now;
  state.budget = event.budget ?? null;
  const trunk = newScope(TRUNK, pipeline.start, state.now, null);
  trunk.context = initialContext(pipeline, event.goal, event.inputs);
  trunk.commit = event.base_sha ?? null;
  state.scopes.set(TRUNK, trunk);
}

/** A person says that the provider is paid: what it refused is tried again, on no retry budget. */
function unpause(state: RunState, before: number): void {
  let any = false;
  for (const scope of state.scopes.values()) {
    const { cursor } = scope;
    if (cursor.phase !== "paused") continue;
    any = true;
    scope.cursor = { phase: "ready", node: cursor.node, attempt: cursor.attempt + 1, notBefore: null };
  }
  if (any) state.pausedMs += state.now - before;
}

/** A run that ended goes on at the node that failed it; what succeeded stays done. */
function resumed(pipeline: Pipeline, state: RunState, event: EventOf<"run_resumed">): void {
  state.resumes++;
  if (event.budget) {
    state.budget = event.budget;
    state.warned = [];
  }
  if (!event.reopened) return;
  const shutBy =
    state.ended?.event === "run_failed" && !state.stop ? (state.ended.failed_node ?? null) : null;
  state.ended = null;
  state.endedAt = null;
  state.stop = null;
  // A person looked at it: hops may be lost again before the run gives up again.
  state.hopsLost = 0;
  const trunk = state.scopes.get(TRUNK);
  if (!trunk) return;
  trunk.canceledExit = false;
  const open = interruptedFan(trunk);
  if (open !== null) {
    trunk.cursor = { phase: "at", node: open, resumed: true };
    trunk.pending = null;
    return;
  }
  const failed = failedAt(trunk) ?? (atExit(pipeline, trunk) ? shutBy : null);
  if (failed === null) return;
  trunk.cursor = { phase: "at", ...reentry(pipeline, trunk, failed) };
  trunk.pending = null;
}

/** The run ended before an exit that a goal gate kept shut: the gate is what failed. */
const atExit = (pipeline: Pipeline, { cursor }: Scope): boolean =>
  cursor.phase === "at" && pipeline.exits.has(cursor.node);

/** The node whose failure ended the run; null when it was stopped between two stages and simply goes on. */
function failedAt(trunk: Scope): string | null {
  const { cursor } = trunk;
  if (cursor.phase === "done") return cursor.result.failure?.node ?? trunk.lastNode;
  if (cursor.phase !== "settled") return null;
  if (cursor.ended.failure)
    return cursor.ended.passedOn ? (cursor.ended.failure.cause?.node_id ?? null) : cursor.ended.node;
  // An exit that was refused because of what failed before it.
  return trunk.pending?.node ?? null;
}

function reentry(
  pipeline: Pipeline,
  trunk: Scope,
  failed: string | null,
): { node: string; resumed?: boolean } {
  const node = failed !== null && pipeline.stages.has(failed) ? failed : (trunk.lastNode ?? pipeline.start);
  const fan = trunk.lastFan;
  const failedInFan = fan?.results.some((result) => result.status !== "success");
  const ofFan = fan && (node === fan.joinNode || node === fan.node || !trunk.nodes.has(node));
  return fan && failedInFan && ofFan ? { node: fan.node, resumed: true } : { node };
}

/** A branch that stands still ends that branch, wherever it ran; what its join says of that ends the run or not. */
function stalled(state: RunState, event: EventOf<"stall_watchdog_timeout">): void {
  const { branch_key, node_id, idle_ms, stall_timeout_ms } = event;
  const reason = `nothing made progress for ${idle_ms} ms (stall_timeout_ms ${stall_timeout_ms})`;
  if (branch_key === undefined || branch_key === TRUNK) {
    const stop = { status: "fail", reason, class: "transient_infra", stalled: true } as const;
    state.stop ??= { ...stop, node: node_id ?? null, at: state.now };
    return;
  }
  const scope = scopeOf(state, branch_key);
  const node = node_id ?? scope?.lastNode ?? "";
  if (!scope) return;
  const failure = { reason, class: "transient_infra", cause: null } as const;
  scope.stalled ??= { node, ...failure, signature: `${node}|transient_infra|stalled` };
}

function cancel(state: RunState, event: EventOf<"cancellation_requested">): void {
  if (!event.branches) {
    state.stop ??= { status: "canceled", reason: event.reason, class: "canceled", node: null, at: state.now };
    return;
  }
  for (const key of event.branches) {
    for (const scope of state.scopes.values()) {
      if (scope.cursor.phase !== "fanned") continue;
      const { fan } = scope.cursor;
      if (fan.planned.some((branch) => branch.key === key)) fan.canceled.set(key, event.reason);
    }
  }
}

function gateOpened(state: RunState, event: EventOf<"human_gate_waiting">): void {
  const scope = scopeOf(state, event.branch_key);
  if (!scope) return;
  scope.cursor = {
    phase: "gate",
    node: event.node_id,
    gate: {
      id: event.gate,
      visit: event.visit,
      question: event.question,
      options: event.options,
      freeform: event.freeform,
      deadline: state.now + event.timeout_ms,
      defaultChoice: event.default_choice ?? null,
      nonce: event.nonce ?? null,
      headSha: event.head_sha ?? null,
      answer: null,
    },
  };
}
