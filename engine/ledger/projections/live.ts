/** `live.json`: what goes on now, and nothing that does not (R-LIVE-4). */
import { type RunState, type Scope, TRUNK } from "../../core/state.ts";

export interface LiveStage {
  readonly branch_key?: string;
  readonly node_id: string;
  readonly visit: number;
  readonly attempt?: number;
  readonly phase: "starting" | "running" | "retry_wait" | "waiting" | "fan_out";
  readonly since?: string;
}

export interface Live {
  readonly run_id: string;
  readonly seq: number;
  readonly ts: string;
  readonly status: "running" | "waiting" | "success" | "fail" | "canceled";
  readonly current: readonly LiveStage[];
  readonly fan_outs: readonly {
    readonly node_id: string;
    readonly branch_key?: string;
    readonly visit: number;
    readonly branches: readonly { readonly key: string; readonly status: string }[];
  }[];
  readonly gates: readonly {
    readonly gate: string;
    readonly question: string;
    readonly choices: readonly string[];
    readonly deadline: string;
  }[];
}

export function liveOf(state: RunState): Live {
  const scopes = state.ended ? [] : [...state.scopes.values()];
  const current = scopes.flatMap((scope) => stageOf(scope) ?? []);
  return {
    run_id: state.runId,
    seq: state.seq,
    ts: new Date(state.now).toISOString(),
    status: state.ended?.status ?? (onlyWaits(scopes) ? "waiting" : "running"),
    current,
    fan_outs: scopes.flatMap((scope) => fanOutOf(scope) ?? []),
    gates: scopes.flatMap((scope) => gateOf(scope) ?? []),
  };
}

/** Waiting is when every live scope waits for a person, or for branches that do. */
export function isWaiting(state: RunState): boolean {
  return !state.ended && onlyWaits([...state.scopes.values()]);
}

function onlyWaits(scopes: readonly Scope[]): boolean {
  const gates = scopes.filter((scope) => scope.cursor.phase === "gate" && !scope.cursor.gate.answer);
  return (
    gates.length > 0 && scopes.every((scope) => gates.includes(scope) || scope.cursor.phase === "fanned")
  );
}

const place = (scope: Scope) => (scope.key === TRUNK ? {} : { branch_key: scope.key });

function stageOf(scope: Scope): LiveStage | null {
  const { cursor } = scope;
  const visits = "node" in cursor ? (scope.nodes.get(cursor.node)?.visits ?? 0) : 0;
  switch (cursor.phase) {
    case "at":
      return { ...place(scope), node_id: cursor.node, visit: visits + 1, phase: "starting" };
    case "running":
      return {
        ...place(scope),
        node_id: cursor.node,
        visit: visits,
        attempt: cursor.attempt,
        phase: "running",
        since: new Date(cursor.since).toISOString(),
      };
    case "ready":
    case "retrying":
    case "failed":
      return {
        ...place(scope),
        node_id: cursor.node,
        visit: visits,
        attempt: cursor.attempt,
        phase: "retry_wait",
      };
    case "gate":
      return { ...place(scope), node_id: cursor.node, visit: visits, phase: "waiting" };
    case "fanned":
      return { ...place(scope), node_id: cursor.node, visit: visits, phase: "fan_out" };
    case "settled":
    case "done":
      return null;
  }
}

function fanOutOf(scope: Scope): Live["fan_outs"][number] | null {
  if (scope.cursor.phase !== "fanned") return null;
  const { fan, node } = scope.cursor;
  return {
    ...place(scope),
    node_id: node,
    visit: fan.visit,
    branches: fan.planned.map((branch) => ({
      key: branch.key,
      status: fan.results.get(branch.key)?.status ?? (fan.started.has(branch.key) ? "running" : "pending"),
    })),
  };
}

function gateOf(scope: Scope): Live["gates"][number] | null {
  if (scope.cursor.phase !== "gate" || scope.cursor.gate.answer) return null;
  const { gate } = scope.cursor;
  return {
    gate: gate.id,
    question: gate.question,
    choices: gate.options.map((option) => option.label),
    deadline: new Date(gate.deadline).toISOString(),
  };
}
