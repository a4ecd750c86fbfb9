/** `checkpoint.json`: the last completed node, what comes next, and the counts; bounded however long the run loops. */
import type { BranchResult } from "../../core/events/flow.ts";
import { jsonBytes } from "../../core/json-bytes.ts";
import type { JsonValue } from "../../core/outcome.ts";
import { retriesOf } from "../../core/scopes.ts";
import { type RunState, type Scope, TRUNK } from "../../core/state.ts";
import { liveOf } from "./live.ts";

const CONTEXT_BYTES = 24_000;
const VALUE_CHARS = 1_000;
const ENDED_BYTES = 48_000;

export interface ScopeCheckpoint {
  readonly current_node: string | null;
  readonly next: string | null;
  readonly phase: string;
  readonly completed_nodes: readonly string[];
  readonly node_visits: Readonly<Record<string, number>>;
  readonly node_retries: Readonly<Record<string, number>>;
  readonly restarts: number;
  readonly git_commit_sha: string | null;
}

export interface Checkpoint extends ScopeCheckpoint {
  readonly schema_version: 1;
  readonly run_id: string;
  readonly seq: number;
  readonly timestamp: string;
  readonly status: string;
  /** Values over 1,000 characters are cut here; the log has them whole. */
  readonly context: Readonly<Record<string, JsonValue>>;
  readonly gates: ReturnType<typeof liveOf>["gates"];
  /** Those that run, and the last visit of each that ended. */
  readonly branches: Readonly<Record<string, ScopeCheckpoint | EndedBranch>>;
  /** Ended ones that there is no room for; the log and `final.json` have them. */
  readonly branches_left_out?: number;
}

export interface EndedBranch extends Omit<ScopeCheckpoint, "restarts"> {
  readonly status: string;
}

export function checkpointOf(state: RunState): Checkpoint {
  const trunk = state.scopes.get(TRUNK);
  if (!trunk) throw new Error("the run has not started");
  const live = liveOf(state);
  const open = [...state.scopes.values()].filter((scope) => scope.key !== TRUNK);
  const ended = endedBranches(state);
  return {
    schema_version: 1,
    run_id: state.runId,
    seq: state.seq,
    timestamp: new Date(state.now).toISOString(),
    status: live.status,
    ...scopeCheckpoint(trunk),
    context: boundedContext(trunk),
    gates: live.gates,
    branches: {
      ...Object.fromEntries(ended.kept),
      ...Object.fromEntries(open.map((scope) => [scope.key, scopeCheckpoint(scope)])),
    },
    ...(ended.leftOut === 0 ? {} : { branches_left_out: ended.leftOut }),
  };
}

/** Each branch once, by its last visit: the newest first while there is room, told in the order in which they ended. */
function endedBranches(state: RunState) {
  const open = [...state.scopes.values()].flatMap(({ cursor }) =>
    cursor.phase === "fanned" && cursor.fan.joined === null ? [...cursor.fan.results.values()] : [],
  );
  const last = new Map<string, BranchResult>();
  for (const result of [...state.branches, ...open]) {
    const name = result.key.replace(/(^|\/)v\d+(?=\/)/g, "");
    last.delete(name);
    last.set(name, result);
  }
  let left = ENDED_BYTES;
  const kept: [string, EndedBranch][] = [];
  for (const result of [...last.values()].reverse()) {
    const entry = endedCheckpoint(result);
    left -= jsonBytes(entry) + result.key.length;
    if (left < 0) break;
    kept.unshift([result.key, entry]);
  }
  return { kept, leftOut: last.size - kept.length };
}

const endedCheckpoint = (result: BranchResult): EndedBranch => ({
  status: result.status,
  current_node: result.last_node ?? null,
  next: null,
  phase: "done",
  completed_nodes: result.completed_nodes,
  node_visits: result.node_visits,
  node_retries: result.node_retries,
  git_commit_sha: result.commit ?? null,
});

function scopeCheckpoint(scope: Scope): ScopeCheckpoint {
  const { cursor } = scope;
  const nodes = [...scope.nodes];
  return {
    current_node: scope.lastNode,
    next: "node" in cursor ? cursor.node : null,
    phase: cursor.phase,
    completed_nodes: [...scope.completed],
    node_visits: Object.fromEntries(nodes.map(([id, node]) => [id, node.visits])),
    node_retries: Object.fromEntries(nodes.map(([id, node]) => [id, retriesOf(node)])),
    restarts: scope.restarts,
    git_commit_sha: scope.commit,
  };
}

/** Small values first, so that one large one does not push the others out. */
function boundedContext(scope: Scope): Record<string, JsonValue> {
  const entries = [...scope.context].map(([key, value]) => {
    const text = JSON.stringify(value);
    const kept: JsonValue =
      text.length <= VALUE_CHARS ? value : `${text.slice(0, VALUE_CHARS)}… (${text.length} characters)`;
    return { key, kept, size: Math.min(text.length, VALUE_CHARS + 40) + key.length };
  });
  let left = CONTEXT_BYTES;
  const kept = entries
    .sort((a, b) => a.size - b.size)
    .filter((entry) => {
      left -= entry.size;
      return left >= 0;
    });
  return Object.fromEntries(kept.map((entry) => [entry.key, entry.kept]));
}
