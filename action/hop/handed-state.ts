/** The run as the trunk job left it that handed its turn on: people may have asked for something since. */
import { parseEvent } from "../../engine/core/events.ts";
import { foldAll } from "../../engine/core/fold.ts";
import type { RunState } from "../../engine/core/state.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import type { Snapshot } from "../../engine/ledger/port.ts";

/** It changes nothing about what the job does that took the turn. */
const REQUESTS: ReadonlySet<string> = new Set(["cancellation_requested", "agent_steered"]);

/** A state of its own. */
export function handedState({
  pipeline,
  snapshot: { events },
}: {
  readonly pipeline: Pipeline;
  readonly snapshot: Pick<Snapshot, "events">;
}): RunState {
  const last = events.findLastIndex(({ event }) => !REQUESTS.has(event));
  return foldAll(pipeline, events.slice(0, last + 1).map(parseEvent));
}
