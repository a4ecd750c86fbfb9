/**
 * fold(state, event) -> state. The only code that moves a run. It owns the state it is given and returns it:
 * a caller that wants the old one keeps a copy. No clock, no randomness, no I/O: time is the event's own.
 */
import type { Pipeline } from "../graph/pipeline.ts";
import type { EventName, EventOf, RunEvent } from "./events.ts";
import { foldFan } from "./fold/fan.ts";
import { foldFlow } from "./fold/flow.ts";
import { foldRun } from "./fold/run.ts";
import { foldStage } from "./fold/stage.ts";
import { emptyState } from "./scopes.ts";
import type { RunState } from "./state.ts";

/** `before`: the instant of the line before. */
type Fold<N extends EventName> = (
  pipeline: Pipeline,
  state: RunState,
  event: EventOf<N>,
  before: number,
) => void;

/** Every event there is, and what it moves; null: the clock of the log and nothing else. */
const FOLDS: { readonly [N in EventName]: Fold<N> | null } = {
  stage_attempt_start: foldStage,
  stage_attempt_end: foldStage,
  retry_decision: foldStage,
  stage_retry_sleep: foldStage,
  stage_retry_blocked: foldStage,
  run_paused: foldStage,
  leg_paused: foldStage,
  fanout_started: foldFan,
  budget_reserved: foldFan,
  branch_started: foldFan,
  branch_completed: foldFan,
  budget_settled: foldFan,
  fanout_joined: foldFan,
  edge_selected: foldFlow,
  goal_gate_unsatisfied: foldFlow,
  deterministic_failure_cycle_check: foldFlow,
  loop_restart_signature: foldFlow,
  deterministic_failure_cycle_breaker: foldFlow,
  no_progress_breaker: foldFlow,
  loop_restart_circuit_breaker: foldFlow,
  loop_restart_blocked: foldFlow,
  loop_restart: foldFlow,
  run_started: foldRun,
  run_resumed: foldRun,
  cancellation_requested: foldRun,
  cancellation_exit: foldRun,
  agent_steered: foldRun,
  agent_told: foldRun,
  run_aborted: foldRun,
  stall_watchdog_timeout: foldRun,
  budget_exceeded: foldRun,
  human_gate_waiting: foldRun,
  human_gate_answered: foldRun,
  hop_planned: foldRun,
  hop_started: foldRun,
  hop_settled: foldRun,
  hop_lost: foldRun,
  run_completed: foldRun,
  run_failed: foldRun,
  run_canceled: foldRun,
  checkpoint_saved: null,
  escalation_model_switch: null,
  llm_failover: null,
  provider_selected: null,
  stage_heartbeat: null,
  status_ingestion_decision: null,
  warning: foldRun,
  cxdb_context: foldRun,
};

export function fold(pipeline: Pipeline, state: RunState, event: RunEvent): RunState {
  state.seq = event.seq;
  state.runId = event.run_id;
  const before = state.now;
  state.now = Math.max(before, Date.parse(event.ts));
  // The table pairs each name with a function that takes its event.
  (FOLDS[event.event] as Fold<EventName> | null)?.(pipeline, state, event, before);
  if (state.hop && isProgress(event)) state.hop.did = true;
  return state;
}

const PROGRESS: ReadonlySet<EventName> = new Set<EventName>([
  "fanout_started",
  "branch_completed",
  "fanout_joined",
  "human_gate_waiting",
  "human_gate_answered",
]);

/** An attempt that was lost with its runner begins again, and so is none. */
const isProgress = (event: RunEvent): boolean =>
  event.event === "stage_attempt_end" ? event.evidence?.lost !== true : PROGRESS.has(event.event);

export function foldAll(
  pipeline: Pipeline,
  events: Iterable<RunEvent>,
  from: RunState = emptyState(),
): RunState {
  let state = from;
  for (const event of events) state = fold(pipeline, state, event);
  return state;
}
