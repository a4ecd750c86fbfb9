/** The tree of stages and branches at a terminal, with times that go on. */
import type { RunEvent } from "../../engine/core/events.ts";
import type { RunState } from "../../engine/core/state.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { isWaiting } from "../../engine/ledger/projections/live.ts";
import { storyLine } from "../../engine/report/story.ts";
import type { Size } from "../io.ts";
import { withOutput } from "./output-tail.ts";
import type { Screen } from "./port.ts";
import { redraw } from "./redraw.ts";
import { treeLines } from "./tree.ts";
import { rowsOf } from "./tree-of-state.ts";

const FRAME_MS = 100;
const TICK_MS = 1000;

/** What the tree does not show of itself. */
const TOLD = new Set<RunEvent["event"]>([
  "run_started",
  "run_resumed",
  "run_paused",
  "leg_paused",
  "stage_retry_sleep",
  "loop_restart",
  "loop_restart_blocked",
  "goal_gate_unsatisfied",
  "deterministic_failure_cycle_breaker",
  "no_progress_breaker",
  "loop_restart_circuit_breaker",
  "stall_watchdog_timeout",
  "budget_exceeded",
  "cancellation_requested",
  "human_gate_answered",
  "run_aborted",
  "warning",
]);

export interface Moving {
  readonly out: (text: string) => void;
  readonly size: () => Size;
  readonly color: boolean;
  /** A person is asked at this terminal: while a question stands, nothing moves. */
  readonly asks: boolean;
  /** The run's folder, for what its stages print; null: not shown. */
  readonly root: string | null;
}

export function movingScreen({ out, size, color, asks, root }: Moving): Screen {
  const area = redraw(out);
  let latest: { state: RunState; pipeline: Pipeline } | null = null;
  let frame: NodeJS.Timeout | null = null;
  let closed = false;
  const asking = () => asks && latest !== null && isWaiting(latest.state);

  const draw = () => {
    frame = null;
    if (closed || latest === null || asking()) return;
    area.show(fitting(latest.state, latest.pipeline));
  };
  const fitting = (state: RunState, pipeline: Pipeline): string[] => {
    const { columns, rows } = size();
    const all = rowsOf(state, pipeline);
    const { rows: told, newest } =
      root === null || closed ? { rows: all, newest: null } : withOutput(all, root);
    const lines = treeLines(told, { now: Date.now(), width: columns, color });
    if (newest !== null) lines.push(`  output: ${newest}`.slice(0, columns - 1));
    const room = Math.max(3, rows - 2);
    if (lines.length <= room) return lines;
    return [`  … ${lines.length - room + 1} more above`, ...lines.slice(1 - room)];
  };
  const tick = setInterval(draw, TICK_MS);
  tick.unref();

  return {
    watch(event, state, pipeline) {
      latest = { state, pipeline };
      const line = TOLD.has(event.event) ? storyLine(event) : null;
      if (line !== null) area.above(line);
      if (event.event === "human_gate_waiting" && asking()) {
        area.show(fitting(state, pipeline));
        area.leave();
        return;
      }
      frame ??= setTimeout(draw, FRAME_MS);
      frame.unref();
    },
    say: (text) => area.above(text),
    close() {
      if (closed) return;
      if (frame) clearTimeout(frame);
      clearInterval(tick);
      if (latest) area.show(fitting(latest.state, latest.pipeline));
      closed = true;
      area.leave();
    },
  };
}
