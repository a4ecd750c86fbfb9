/**
 * fold(state, event) -> state. The only code that moves a run. It owns the state it is given and returns it:
 * a caller that wants the old one keeps a copy. No clock, no randomness, no I/O: time is the event's own.
 */
import type { Pipeline } from "../graph/pipeline.ts";
import type { RunEvent } from "./events.ts";
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
  return state;
}

export function foldAll(
  pipeline: Pipeline,
  events: Iterable<RunEvent>,
  from: RunState = emptyState(),
): RunState {
  let state = from;
  for (const event of events) state = fold(pipeline, state, event);
  return state;
}
