/**
 * fold(state, event) -> state. The only code that moves a run. It owns the state it is given and returns it:
 * a caller that wants the old one keeps a copy. No clock, no randomness, no I/O: time is the event's own.
 */
import type { Pipeline } from "../graph/pipeline.ts";
import type { EventName, RunEvent } from "./events.ts";
import { foldFan } from "./fold/fan.ts";
import { foldFlow } from "./fold/flow.ts";
import { foldRun } from "./fold/run.ts";
import { foldStage } from "./fold/stage.ts";
import { emptyState, type RunState } from "./state.ts";

export function fold(pipeline: Pipeline, state: RunState, event: RunEvent): RunState {
  state.seq = event.seq;
  state.runId = event.run_id;
  state.now = Math.max(state.now, Date.parse(event.ts));
  // What none of them knows is telemetry: it moves the clock of the log and nothing else.
  foldStage(pipeline, state, event) ||
    foldFlow(pipeline, state, event) ||
    foldFan(state, event) ||
    foldRun(pipeline, state, event);
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
