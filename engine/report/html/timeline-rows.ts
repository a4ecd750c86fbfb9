/** When each stage ran, trunk and branches, as rows of bars: from the run's events alone. */
import type { EventOf, RunEvent } from "../../core/events.ts";
import type { NodeState } from "../overlay.ts";
import type { Span } from "./time-scale.ts";

/** `queued`: it waited for a runner or a place; `retry`: for its next attempt. */
export type BarState = NodeState | "queued" | "retry";

export interface Bar extends Span {
  readonly state: BarState;
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

/** The row of the hops' waiting for a runner. */
const RUNNER = "waiting for a runner";

interface Open {
  readonly from: number;
  readonly note: string;
  readonly state: BarState;
}

const PAUSED = "paused for its provider";

/** `now` ends the bars of what still runs. */
export function timelineOf(events: readonly RunEvent[], now: number): TimelineRow[] {
  const rows = new Map<string, { node: string; branch: string | null; bars: Bar[] }>();
  const open = new Map<string, Open>();
  const asleep = new Map<string, number>();
  let hops = false;
  const keyOf = (node: string, branch: string | null): string => JSON.stringify([branch, node]);
  const rowFor = (node: string, branch: string | null) => {
    const key = keyOf(node, branch);
    const row = rows.get(key) ?? { node, branch, bars: [] };
    rows.set(key, row);
    return row;
  };
  const put = (node: string, branch: string | null, bar: Bar): void => {
    if (bar.to > bar.from) rowFor(node, branch).bars.push(bar);
  };
  const planned = new Map<string, number>();
  for (const event of events) {
    const at = Date.parse(event.ts);
    switch (event.event) {
      case "fanout_started":
        for (const { key } of event.branches) planned.set(key, at);
        break;
      case "branch_started":
        // On GitHub a branch's events are stamped when its hop settles: they do not tell when it began.
        if (event.hop === undefined && !hops)
          put(event.node_id, branchOf(event), {
            from: planned.get(event.branch_key) ?? at,
            to: at,
            state: "queued",
            note: "waited for a place",
          });
        break;
      case "hop_planned":
        hops = true;
        open.set(RUNNER, { from: at, note: `hop ${event.hop}`, state: "queued" });
        break;
      case "hop_started": {
        const since = open.get(RUNNER);
        open.delete(RUNNER);
        if (since) put(RUNNER, null, { ...since, to: at, note: `${since.note} waited for a runner` });
        break;
      }
      case "stage_retry_sleep":
        asleep.set(keyOf(event.node_id, branchOf(event)), at);
        break;
      case "stage_attempt_start": {
        if (QUIET.has(event.handler)) break;
        const branch = branchOf(event);
        const key = keyOf(event.node_id, branch);
        rowFor(event.node_id, branch);
        const since = asleep.get(key);
        asleep.delete(key);
        const rest = open.get(key);
        if (rest?.note === PAUSED) put(event.node_id, branch, { ...rest, to: at });
        if (since !== undefined)
          put(event.node_id, branch, { from: since, to: at, state: "retry", note: "waited for its retry" });
        open.set(key, { from: at, note: noteOf(event), state: "running" });
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
      case "run_paused":
      case "leg_paused":
        if (event.node_id !== undefined)
          open.set(keyOf(event.node_id, branchOf(event)), { from: at, note: PAUSED, state: "waiting" });
        break;
      case "human_gate_waiting":
        rowFor(event.node_id, branchOf(event));
        open.set(keyOf(event.node_id, branchOf(event)), {
          from: at,
          note: "waiting",
          state: "waiting",
        });
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
  for (const [key, { from, note, state }] of open) {
    const row = key === RUNNER ? rowFor(RUNNER, null) : rows.get(key);
    row?.bars.push({ from, to: Math.max(from, now), state, note });
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
