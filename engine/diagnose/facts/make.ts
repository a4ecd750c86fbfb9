/** Empty facts, and the parts of them that are made when they are first needed. */
import { emptyRegistry } from "../../failure/signature.ts";
import type { FanFacts, NodeFacts, RunFacts, ScopeFacts } from "./facts.ts";
import type { Mark } from "./mark.ts";

const MOST_SCOPES = 2_000;
const OTHERS = "(others)";

export const emptyFacts = (about: Pick<RunFacts, "alive" | "now" | "command" | "hasFolder">): RunFacts => ({
  ...about,
  runId: "",
  dialect: "attractor",
  started: null,
  ended: null,
  scopes: new Map(),
  fans: [],
  branches: new Map(),
  gates: new Map(),
  warnings: new Map(),
  toldBranches: new Set(),
  stalls: [],
  budgets: [],
  lost: null,
  money: { known: 0, unknown: 0, parts: [], unpriced: new Set(), budgetUsd: null },
  sessions: [],
  damage: [],
  registry: emptyRegistry(),
  room: { nodes: 20_000, edges: 20_000, texts: 4_000, loops: 5_000, signatures: 200 },
});

export function factScope(facts: RunFacts, wanted: string): ScopeFacts {
  let scope = facts.scopes.get(wanted);
  if (scope) return scope;
  const key = facts.scopes.size < MOST_SCOPES ? wanted : OTHERS;
  scope = facts.scopes.get(key);
  if (!scope) {
    scope = {
      key,
      nodes: new Map(),
      counts: new Map(),
      edges: new Map(),
      first: null,
      last: null,
      lastStep: null,
      lastEvent: "",
      tail: null,
      lastEnded: "",
      lastFailure: null,
      checks: { count: 0, most: 0, limit: 0, tripped: 0 },
      beforeFan: null,
      files: { log: null, final: false, live: null, checkpoint: null, elsewhere: [] },
    };
    facts.scopes.set(key, scope);
  }
  return scope;
}

export function nodeOf(facts: RunFacts, scope: ScopeFacts, wanted: string): NodeFacts {
  let node = scope.nodes.get(wanted);
  if (node) return node;
  const id = facts.room.nodes > 0 ? wanted : OTHERS;
  node = scope.nodes.get(id);
  if (!node) {
    node = {
      id,
      starts: 0,
      ends: 0,
      failedEnds: 0,
      visits: 0,
      lastStatus: "",
      lastMark: null,
      open: new Map(),
      durations: [],
      stale: null,
      visit: null,
      failedVisits: 0,
      texts: new Map(),
      streak: new Map(),
      loops: new Map(),
      turnLimit: null,
      causeless: null,
      statusLost: null,
    };
    facts.room.nodes -= 1;
    scope.nodes.set(id, node);
  }
  return node;
}

const MOST_FANS = 500;

export function fanBegins(facts: RunFacts, node: string, scope: ScopeFacts, started: Mark): void {
  const open = facts.fans.find((fan) => fan.node === node && fan.scope === scope.key && fan.joined === null);
  if (open || facts.fans.length >= MOST_FANS) return;
  const fan: FanFacts = { node, scope: scope.key, started, joined: null };
  facts.fans.push(fan);
  if (scope.beforeFan !== null) return;
  const worst = [...scope.edges.values()].toSorted((a, b) => b.back - a.back)[0];
  const loop = worst && worst.back > 0 ? worst : null;
  scope.beforeFan = {
    at: started,
    loop: loop && {
      from: loop.from,
      to: loop.to,
      back: loop.back,
      rounds: scope.nodes.get(loop.to)?.visits ?? 0,
    },
  };
}

export function fanEnds(facts: RunFacts, node: string, scope: string, joined: Mark): void {
  for (const fan of facts.fans) if (fan.node === node && fan.scope === scope) fan.joined ??= joined;
}
