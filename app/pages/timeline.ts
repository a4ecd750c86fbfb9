/** When each stage ran, trunk and branches, as rows of bars: from the run's events alone. */
import type { EventOf, RunEvent } from "../../engine/core/events.ts";
import type { NodeState } from "../../engine/report/overlay.ts";
import type { Span } from "./time-scale.ts";

export interface Bar extends Span {
  readonly state: NodeState;
  /** `visit 2, attempt 1: fail` */
  readonly note: string;
}

export interface TimelineRow {
  readonly node: string;
  /** Null: the trunk. The same branch of a fan-out's later visit is the same row. */
  readonly branch: string | null;
  readonly bars: readonly Bar[];
}

/** These take no time of their own. */
const QUIET = new Set(["start", "exit", "conditional", "parallel", "parallel.fan_in", "wait.human"]);

interface Open {
  readonly from: number;
  readonly note: string;
}

/** `now` ends the bars of what still runs. */
export function timelineOf(events: readonly RunEvent[], now: number): TimelineRow[] {
  const rows = new Map<string, { node: string; branch: string | null; bars: Bar[] }>();
  const open = new Map<string, Open>();
  const keyOf = (node: string, branch: string | null): string => JSON.stringify([branch, node]);
  const rowFor = (node: string, branch: string | null) => {
    const key = keyOf(node, branch);
    const row = rows.get(key) ?? { node, branch, bars: [] };
    rows.set(key, row);
    return row;
  };
  for (const event of events) {
    const at = Date.parse(event.ts);
    switch (event.event) {
      case "stage_attempt_start": {
        if (QUIET.has(event.handler)) break;
        const branch = branchOf(event);
        rowFor(event.node_id, branch);
        open.set(keyOf(event.node_id, branch), { from: at, note: noteOf(event) });
        break;
      }
      case "stage_attempt_end": {
        if (QUIET.has(event.handler)) break;
        const branch = branchOf(event);
        const from = Math.min(open.get(keyOf(event.node_id, branch))?.from ?? at, at - event.duration_ms);
        open.delete(keyOf(event.node_id, branch));
        rowFor(event.node_id, branch).bars.push({
          from,
          to: at,
          state: stateOf(event.status),
          note: `${noteOf(event)}: ${event.status}`,
        });
        break;
      }
      case "human_gate_waiting":
        rowFor(event.node_id, branchOf(event));
        open.set(keyOf(event.node_id, branchOf(event)), { from: at, note: "waiting" });
        break;
      case "human_gate_answered": {
        const key = keyOf(event.node_id, branchOf(event));
        const from = open.get(key)?.from ?? at;
        open.delete(key);
        rowFor(event.node_id, branchOf(event)).bars.push({
          from,
          to: at,
          state: "waiting",
          note: `answered by ${event.by}: ${event.label ?? event.text ?? "nobody"}`,
        });
        break;
      }
      case "run_completed":
      case "run_failed":
      case "run_canceled":
        open.clear();
        break;
    }
  }
  for (const [key, { from, note }] of open) {
    const state = note === "waiting" ? "waiting" : "running";
    rows.get(key)?.bars.push({ from, to: Math.max(from, now), state, note });
  }
  return untangled([...rows.values()]);
}

const branchOf = ({ branch_key: key }: { branch_key?: string | undefined }): string | null =>
  key === undefined ? null : key.replace(/\/v\d+\//g, "/");

const noteOf = (event: EventOf<"stage_attempt_start"> | EventOf<"stage_attempt_end">): string =>
  `visit ${event.visit}, attempt ${event.attempt}`;

function stateOf(status: string): NodeState {
  if (status === "fail" || status === "retry") return "fail";
  return status === "canceled" || status === "skipped" ? status : "success";
}

/** A branch's events are stamped together when its hop settles; its stages ran one after the other before that. */
function untangled(rows: readonly TimelineRow[]): TimelineRow[] {
  const before = new Map<string, number>();
  return rows
    .toReversed()
    .map((row) => {
      if (row.branch === null) return row;
      let limit = before.get(row.branch) ?? Number.POSITIVE_INFINITY;
      const bars = row.bars.toReversed().map((bar) => {
        const shift = Math.max(0, bar.to - limit);
        limit = bar.from - shift;
        return { ...bar, from: bar.from - shift, to: bar.to - shift };
      });
      before.set(row.branch, limit);
      return { ...row, bars: bars.toReversed() };
    })
    .toReversed();
}
