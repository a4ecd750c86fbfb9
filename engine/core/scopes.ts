/** The state of a run and of a scope as they begin, and what is asked of them. */
import { emptyRegistry } from "../failure/signature.ts";
import type { PlannedBranch } from "./events/flow.ts";
import { type NodeRecord, type RunState, type Scope, TRUNK } from "./state.ts";

export function emptyState(): RunState {
  return {
    seq: 0,
    runId: "",
    now: 0,
    startedAt: 0,
    started: null,
    ended: null,
    endedAt: null,
    stop: null,
    scopes: new Map(),
    registry: emptyRegistry(),
    budget: null,
    hop: null,
    hopsLost: 0,
    resumes: 0,
    pausedMs: 0,
    cxdbContext: null,
    usage: new Map(),
    attempts: 0,
    branches: [],
  };
}

export function newScope(
  key: string,
  start: string,
  at: number,
  from: {
    parent: Scope;
    branch: PlannedBranch;
    fan: { node: string; visit: number };
    stopAt: string | null;
  } | null,
): Scope {
  const carried = from?.parent.branchBreakers.get(branchIdentity(from.fan.node, from.branch));
  return {
    key,
    parent: from ? from.parent.key : null,
    branch: from?.branch ?? null,
    fan: from?.fan ?? null,
    stopAt: from?.stopAt ?? null,
    cursor: { phase: "at", node: start },
    via: null,
    nodes: new Map(),
    completed: new Set(),
    context: new Map(from?.parent.context ?? []),
    seed: from ? new Map(from.parent.context) : null,
    breakers: {
      cycle: new Map(Object.entries(carried?.cycle ?? {})),
      restart: new Map(Object.entries(carried?.restart ?? {})),
      failures: new Map(Object.entries(carried?.failures ?? {})),
    },
    pending: null,
    restarts: 0,
    gateRetries: new Map(),
    branchGates: new Map(),
    failedBranches: new Map(),
    branchBreakers: new Map(),
    lastFan: null,
    commit: from?.parent.commit ?? null,
    lastNode: null,
    startedAt: at,
    attempts: 0,
    usage: new Map(),
  };
}

/** The same branch of the same fan-out, whichever visit: breaker counts follow it (R-BRK-5). */
export const branchIdentity = (fanNode: string, branch: PlannedBranch): string =>
  `${fanNode}/${branch.index}/${branch.start_node}`;

export const record = (scope: Scope, node: string): NodeRecord => {
  let found = scope.nodes.get(node);
  if (!found) {
    found = {
      visits: 0,
      attempts: 0,
      retries: 0,
      failures: null,
      last: null,
      spent: { ms: 0, tokens: 0, usd: 0, unpriced: 0 },
    };
    scope.nodes.set(node, found);
  }
  return found;
};

export const scopeOf = (state: RunState, key: string | undefined): Scope | undefined =>
  state.scopes.get(key ?? TRUNK);

/** Executions of a node beyond its first, by retry or by coming back (R-CKPT-1). */
export const retriesOf = (node: NodeRecord): number => Math.max(0, node.attempts - 1);
