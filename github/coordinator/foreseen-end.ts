/** The end that the coordinator will write, known as soon as nothing but its own decisions is left before it. */
import { mayAppend } from "../../engine/core/authority.ts";
import { decide } from "../../engine/core/decide.ts";
import { fold } from "../../engine/core/fold.ts";
import type { RunState } from "../../engine/core/state.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";

/** Joins, breakers and the end together are never more. */
const MOST_DECISIONS = 10_000;

/** How a run stands for who says its colour: where the app decides it writes the end later, and nobody asks then. */
export const foreseen = (state: RunState, pipeline: Pipeline): RunState =>
  state.started?.coordinator === "app" ? foreseenEnd(pipeline, state) : state;

/** The state with that end; the given one where something else comes before it. */
function foreseenEnd(pipeline: Pipeline, state: RunState): RunState {
  let ahead = structuredClone(state);
  for (let n = 0; n < MOST_DECISIONS && ahead.ended === null; n++) {
    const { event } = decide(pipeline, ahead);
    if (event === null || !mayAppend("coordinator", event)) return state;
    const ts = new Date(ahead.now).toISOString();
    ahead = fold(pipeline, ahead, { ...event, seq: ahead.seq + 1, run_id: ahead.runId, ts });
  }
  return ahead.ended === null ? state : ahead;
}
