/** The stretches in which a run waited: for a person, or before a retry. */
import type { RunEvent } from "../core/events.ts";
import type { PauseRow } from "./rows.ts";

export interface PauseBook {
  take(event: RunEvent, at: number): void;
  /** What is open still has lasted until then. */
  over(until: number): PauseRow[];
}

export function pauseBook(): PauseBook {
  const done: PauseRow[] = [];
  const open = new Map<string, Omit<PauseRow, "to">>();
  const close = (key: string, at: number): void => {
    const pause = open.get(key);
    if (pause) done.push({ ...pause, to: at });
    open.delete(key);
  };
  return {
    take(event, at) {
      switch (event.event) {
        case "human_gate_waiting":
          open.set(`gate ${event.branch_key} ${event.gate}`, {
            node: event.node_id,
            branch: event.branch_key ?? null,
            from: at,
            why: "person",
          });
          break;
        case "human_gate_answered":
          close(`gate ${event.branch_key} ${event.gate}`, at);
          break;
        case "stage_retry_sleep":
          open.set(`retry ${event.branch_key} ${event.node_id}`, {
            node: event.node_id,
            branch: event.branch_key ?? null,
            from: at,
            why: "retry",
          });
          break;
        case "stage_attempt_start":
          close(`retry ${event.branch_key} ${event.node_id}`, at);
          break;
        case "run_completed":
        case "run_failed":
        case "run_canceled":
          for (const key of [...open.keys()]) close(key, at);
          break;
      }
    },
    over: (until) => [
      ...done,
      ...[...open.values()].map((pause) => ({ ...pause, to: Math.max(until, pause.from) })),
    ],
  };
}
