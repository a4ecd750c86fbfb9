/** The stages and branches of a run in the order a person follows them, from its state alone. */
import type { BranchResult } from "../../engine/core/events/flow.ts";
import { type NodeRecord, type RunState, type Scope, TRUNK } from "../../engine/core/state.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { attemptFolder } from "../../engine/local/layout.ts";

export type RowState = "pending" | "running" | "waiting" | "success" | "fail" | "canceled";

export interface Row {
  readonly depth: number;
  readonly name: string;
  readonly state: RowState;
  /** Epoch milliseconds of the start, of what runs. */
  readonly since: number | null;
  /** Time spent, of what is over. */
  readonly ms: number | null;
  readonly visits: number;
  readonly attempts: number;
  readonly note: string | null;
  /** Below the run's folder, of an attempt that runs. */
  readonly folder: string | null;
}

/** They take no time and say nothing that an edge does not say. */
const SILENT = new Set(["start", "exit", "conditional"]);

export function rowsOf(state: RunState, pipeline: Pipeline): Row[] {
  const trunk = state.scopes.get(TRUNK);
  return trunk ? scopeRows(state, pipeline, trunk, 0) : [];
}

function scopeRows(state: RunState, pipeline: Pipeline, scope: Scope, depth: number): Row[] {
  const now = "node" in scope.cursor ? scope.cursor.node : null;
  const ids = [...scope.nodes.keys()].filter((id) => id !== now || scope.cursor.phase === "done");
  if (now !== null && scope.nodes.has(now) && scope.cursor.phase !== "done") ids.push(now);
  return ids.flatMap((id) => {
    const node = scope.nodes.get(id);
    const handler = pipeline.stages.get(id)?.handler ?? "";
    if (!node || SILENT.has(handler)) return [];
    return [stageRow(scope, id, node, handler, depth), ...branchRows(state, pipeline, scope, id, depth + 1)];
  });
}

function stageRow(scope: Scope, id: string, node: NodeRecord, handler: string, depth: number): Row {
  const { cursor } = scope;
  const current = "node" in cursor && cursor.node === id ? cursor.phase : null;
  const base = {
    depth,
    name: id,
    visits: node.visits,
    attempts: node.attempts,
    since: null,
    note: null,
    folder: null,
  };
  switch (current) {
    case "running":
      return {
        ...base,
        state: "running",
        since: cursor.phase === "running" ? cursor.since : null,
        ms: null,
        folder:
          cursor.phase === "running"
            ? attemptFolder(scope.key, scope.restarts, id, node.visits, cursor.attempt)
            : null,
      };
    case "fanned":
      return { ...base, state: "running", ms: null };
    case "gate":
      return {
        ...base,
        state: "waiting",
        ms: null,
        note: cursor.phase === "gate" ? cursor.gate.question : null,
      };
    case "paused":
      return {
        ...base,
        state: "waiting",
        ms: null,
        note: cursor.phase === "paused" ? `${cursor.pause.provider} asks for money or time` : null,
      };
    case "ready":
    case "retrying":
    case "failed":
      return { ...base, state: "running", ms: null, note: "waits for its next attempt" };
    default:
      return {
        ...base,
        state: stateOf(node.last?.status),
        ms: handler === "parallel" || handler === "wait.human" ? null : node.spent.ms,
        note: node.last?.status === "fail" ? node.last.reason : null,
      };
  }
}

function branchRows(
  state: RunState,
  pipeline: Pipeline,
  scope: Scope,
  fanNode: string,
  depth: number,
): Row[] {
  const { cursor, lastFan } = scope;
  if (cursor.phase === "fanned" && cursor.node === fanNode) {
    return cursor.fan.planned.flatMap((branch) => {
      const result = cursor.fan.results.get(branch.key);
      if (result) return [resultRow(result, depth)];
      const open = state.scopes.get(branch.key);
      const row = {
        depth,
        name: tail(branch.key),
        visits: 1,
        attempts: 1,
        note: null,
        ms: null,
        folder: null,
      };
      if (!open) return [{ ...row, state: "pending" as const, since: null }];
      return [
        { ...row, state: "running" as const, since: open.startedAt },
        ...scopeRows(state, pipeline, open, depth + 1),
      ];
    });
  }
  return lastFan?.node === fanNode ? lastFan.results.map((result) => resultRow(result, depth)) : [];
}

const resultRow = (result: BranchResult, depth: number): Row => ({
  depth,
  name: tail(result.key),
  state: stateOf(result.status),
  since: null,
  ms: result.duration_ms,
  visits: 1,
  attempts: 1,
  note: result.status === "fail" ? (result.cause?.reason ?? null) : null,
  folder: null,
});

const tail = (key: string): string => key.split("/").at(-1) ?? key;

function stateOf(status: string | undefined): RowState {
  switch (status) {
    case undefined:
      return "pending";
    case "fail":
    case "retry":
      return "fail";
    case "canceled":
      return "canceled";
    default:
      return "success";
  }
}
