/** What the trunk job handed on to the matrices of its round, told by the log as it stood then: people may have asked for something since. Pure. */
import { parseEvent } from "../../engine/core/events.ts";
import { foldAll } from "../../engine/core/fold.ts";
import { type Legs, plannedLegs } from "../../engine/core/legs.ts";
import { readOnlyTurn } from "../../engine/core/read-only.ts";
import type { ReadOnly } from "../../engine/core/read-only-stages.ts";
import type { RunState } from "../../engine/core/state.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import type { Snapshot } from "../../engine/ledger/port.ts";

export type HandedPieces =
  | { readonly kind: "branches"; readonly legs: Legs }
  /** The trunk's own turn. `from`: the run as it was handed on, a state of its own. */
  | { readonly kind: "turn"; readonly from: RunState }
  | { readonly kind: "nothing" };

interface Read {
  readonly pipeline: Pipeline;
  readonly snapshot: Pick<Snapshot, "events">;
  /** The run as it stands now. */
  readonly state: RunState;
}

/** They change nothing about what the job does that took the turn. */
const REQUESTS: ReadonlySet<string> = new Set(["cancellation_requested", "agent_steered"]);

export function handedPieces(now: Read, readOnly: ReadOnly): HandedPieces {
  const { pipeline, state } = now;
  // Where a branch is told to end early, and left an artifact, that is all there is of it: no ref lets it go on.
  const from = readOnly === "none" ? state : beforeRequests(now);
  // A run that is stopped takes in no branch any more, but what its trunk did.
  const legs = state.stop === null ? plannedLegs(pipeline, from) : null;
  if (legs !== null) return { kind: "branches", legs };
  return readOnlyTurn(pipeline, from, readOnly) === null ? { kind: "nothing" } : { kind: "turn", from };
}

function beforeRequests({ pipeline, snapshot: { events } }: Read): RunState {
  const last = events.findLastIndex(({ event }) => !REQUESTS.has(event));
  return foldAll(pipeline, events.slice(0, last + 1).map(parseEvent));
}
