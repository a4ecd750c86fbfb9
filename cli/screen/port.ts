/** What shows a run at a terminal. */
import type { RunEvent } from "../../engine/core/events.ts";
import type { RunState } from "../../engine/core/state.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";

export interface Screen {
  readonly watch: (event: RunEvent, state: RunState, pipeline: Pipeline) => void;
  /** A word of the program itself. */
  say(text: string): void;
  close(): void;
}
