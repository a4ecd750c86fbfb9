/** One look of the coordinator at a run: what it knows, and what a round of it found. */
import type { EventOf } from "../../engine/core/events.ts";
import type { RunState } from "../../engine/core/state.ts";
import type { RunLog } from "../../engine/drive/log.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import type { Tries } from "./dispatch-tries.ts";
import type { CoordinatorPorts } from "./ports.ts";
import type { Questions } from "./questions.ts";

export type Coordinated =
  /** `found`: it had ended before this look. */
  | { readonly status: "ended"; readonly state: RunState; readonly found: boolean }
  | { readonly status: "running"; readonly state: RunState; readonly lookAgainAt: number }
  | { readonly status: "waiting"; readonly state: RunState; readonly lookAgainAt: number };

/** What one round found: done for now, or decide again because something was appended. */
export type Round = { readonly done: Coordinated } | { readonly again: true };

export interface Turn {
  readonly log: RunLog;
  readonly pipeline: Pipeline;
  readonly started: EventOf<"run_started">;
  readonly ports: CoordinatorPorts;
  readonly questions: Questions;
  /** All lines of the log, those of this look included. */
  readonly events: readonly unknown[];
  readonly tries: Tries;
  /** Other runs that this look is news for. */
  readonly hints: Set<string>;
  /** Other runs that this look went by. */
  readonly children: Set<string>;
}
