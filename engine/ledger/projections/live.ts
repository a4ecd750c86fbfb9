/** `live.json`: what goes on now, and nothing that does not (R-LIVE-4). */
import { type RunState, type Scope, TRUNK } from "../../core/state.ts";

export interface LiveStage {
  readonly branch_key?: string;
  readonly node_id: string;
  readonly visit: number;
  readonly attempt?: number;
  readonly phase: "starting" | "running" | "retry_wait" | "waiting" | "paused" | "fan_out";
  readonly since?: string;
}

export interface Live {
  readonly run_id: string;
  readonly seq: number;
  readonly ts: string;
  readonly status: "running" | "waiting" | "paused" | "success" | "fail" | "canceled";
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
  /** Stages whose provider asks for money or time. */
  readonly pauses: readonly {
    readonly node_id: string;
    readonly branch_key?: string;
    readonly provider: string;
    readonly reason: string;
    readonly until?: string;
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
    status: state.ended?.status ?? openStatus(scopes),
    current,
    fan_outs: scopes.flatMap((scope) => fanOutOf(scope) ?? []),
    gates: scopes.flatMap((scope) => gateOf(scope) ?? []),
    pauses: scopes.flatMap((scope) => pauseOf(scope) ?? []),
  };
}

function openStatus(scopes: readonly Scope[]): Live["status"] {
  if (!onlyWaits(scopes)) return "running";
  return scopes.some(({ cursor }) => cursor.phase === "paused") ? "paused" : "waiting";
}

/** Nothing of it is under way, and a provider's stop holds it: a person resumes it. */
export const isPaused = (state: RunState): boolean =>
  state.hop?.status !== "planned" &&
  state.hop?.status !== "claimed" &&
  !state.ended &&
  openStatus([...state.scopes.values()]) === "paused";

/** Every live scope waits for a person, or for branches that do. */
export function isWaiting(state: RunState): boolean {
  return !state.ended && onlyWaits([...state.scopes.values()]);
}

function onlyWaits(scopes: readonly Scope[]): boolean {
  const rests = scopes.filter(({ cursor }) => cursor.phase === "paused" || isOpenGate(cursor));
  return (
    rests.length > 0 && scopes.every((scope) => rests.includes(scope) || scope.cursor.phase === "fanned")
  );
}

const isOpenGate = (cursor: Scope["cursor"]): boolean => cursor.phase === "gate" && !cursor.gate.answer;

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
    case "paused":
      return {
        ...place(scope),
        node_id: cursor.node,
        visit: visits,
        attempt: cursor.attempt,
        phase: cursor.phase === "paused" ? "paused" : "retry_wait",
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

function pauseOf(scope: Scope): Live["pauses"][number] | null {
  if (scope.cursor.phase !== "paused") return null;
  const { node, end, pause } = scope.cursor;
  return {
    ...place(scope),
    node_id: node,
    provider: pause.provider,
    reason: end.failure_reason ?? "",
    ...(pause.until === null ? {} : { until: pause.until }),
    deadline: new Date(pause.deadline).toISOString(),
  };
}
