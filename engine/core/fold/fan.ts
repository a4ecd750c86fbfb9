import type { Pipeline } from "../../graph/pipeline.ts";
import { carryOver } from "../breakers.ts";
import type { BranchResult, PlannedBranch } from "../events/flow.ts";
import type { EventOf } from "../events.ts";
import { failedAtJoin } from "../failed-branches.ts";
import { isSuccess, type JsonValue } from "../outcome.ts";
import { branchIdentity, newScope, scopeOf } from "../scopes.ts";
import { type RunState, type Scope, TRUNK } from "../state.ts";
import { addUsage } from "../usage.ts";
import { mayGoOn, revived } from "./revive.ts";

const LISTED_BRANCHES = 1000;

/** The events that are folded here. */
type FanFolded = EventOf<
  | "fanout_started"
  | "budget_reserved"
  | "branch_started"
  | "branch_completed"
  | "budget_settled"
  | "fanout_joined"
>;

export function foldFan(_pipeline: Pipeline, state: RunState, event: FanFolded): void {
  switch (event.event) {
    case "fanout_started":
      fanned(state, event);
      return;
    case "budget_reserved": {
      const scope = scopeOf(state, event.branch_key);
      if (scope?.cursor.phase !== "fanned") return;
      const { usd = {}, tokens, attempts } = event;
      scope.cursor.fan.reserved = new Map(Object.entries(usd));
      scope.cursor.fan.reservedMore = { ...(tokens && { tokens }), ...(attempts && { attempts }) };
      return;
    }
    case "branch_started":
      branchStarted(state, event);
      return;
    case "branch_completed":
      branchCompleted(state, event);
      return;
    case "budget_settled":
      openFan(state, event.branch_key)?.fan.fan.repaid.add(event.branch_key);
      return;
    case "fanout_joined": {
      const scope = scopeOf(state, event.branch_key);
      if (scope?.cursor.phase !== "fanned") return;
      scope.cursor.fan.joined = event;
      joined(state, scope, event);
      return;
    }
    default:
      event satisfies never;
  }
}

function fanned(state: RunState, event: EventOf<"fanout_started">): void {
  const scope = scopeOf(state, event.branch_key);
  if (!scope) return;
  const resumes = scope.cursor.phase === "running" && scope.cursor.resumed;
  const carried = new Map((event.carried ?? []).map((result) => [result.key, result]));
  scope.cursor = {
    phase: "fanned",
    node: event.node_id,
    fan: {
      visit: event.visit,
      planned: ownBranches(scope, event.branches),
      started: new Set(carried.keys()),
      results: carried,
      joinNode: event.join_node ?? null,
      policy: {
        join: event.join_policy,
        error: event.error_policy,
        k: event.k,
        maxParallel: event.max_parallel,
      },
      baseCommit: event.base_commit ?? null,
      interrupted: false,
      parked: new Map(),
      revive: resumes && scope.lastFan?.node === event.node_id ? scope.lastFan.parked : new Map(),
      canceled: new Map(),
      reserved: null,
      repaid: new Set(),
      joined: null,
    },
  };
}

/** Once each and below this scope: a branch that could never end would keep whoever decides busy for ever. */
function ownBranches(scope: Scope, branches: readonly PlannedBranch[]): PlannedBranch[] {
  const own = new Map(branches.map((branch) => [branch.key, branch]));
  return [...own.values()].filter(({ key }) => key.split("/").length >= 3 && parentKey(key) === scope.key);
}

/** The fan-out that a branch belongs to, while it is open. */
function openFan(state: RunState, branchKey: string): { parent: Scope; fan: EventFan } | undefined {
  const parent = scopeOf(state, parentKey(branchKey));
  if (parent?.cursor.phase !== "fanned") return undefined;
  return { parent, fan: parent.cursor };
}
type EventFan = Extract<Scope["cursor"], { phase: "fanned" }>;

/** `fan/v1/01-a` lies in the trunk, `fan/v1/01-a/inner/v1/02-b` in `fan/v1/01-a`. */
export function parentKey(branchKey: string): string {
  return branchKey.split("/").slice(0, -3).join("/");
}

function branchStarted(state: RunState, event: EventOf<"branch_started">): void {
  const open = openFan(state, event.branch_key);
  const branch = open?.fan.fan.planned.find((planned) => planned.key === event.branch_key);
  if (!open || !branch) return;
  open.fan.fan.started.add(branch.key);
  const fresh = newScope(branch.key, branch.start_node, state.now, {
    parent: open.parent,
    branch,
    fan: { node: open.fan.node, visit: open.fan.fan.visit },
    stopAt: open.fan.fan.joinNode,
  });
  const parked = open.fan.fan.revive.get(branchIdentity(open.fan.node, branch));
  if (parked) {
    state.scopes.set(branch.key, revived(parked, fresh));
    return;
  }
  const scope = fresh;
  if (branch.item !== undefined) scope.context.set("work.item", branch.item);
  scope.context.set("work.index", branch.index);
  scope.commit = open.fan.fan.baseCommit ?? scope.commit;
  state.scopes.set(branch.key, scope);
}

function branchCompleted(state: RunState, event: EventOf<"branch_completed">): void {
  const open = openFan(state, event.branch_key);
  const planned = open?.fan.fan.planned.find((branch) => branch.key === event.branch_key);
  if (!open || !planned) {
    // Nobody waits for it any more; it is over all the same, or it would end again and again.
    closeScope(state, event.branch_key);
    return;
  }
  const { parent, fan } = open;
  const { result } = event;
  // A branch that ran elsewhere brings its spending with it; one that ran here has been counted already.
  if (!state.scopes.has(event.branch_key)) {
    for (const usage of result.usage) addUsage(state.usage, usage);
    state.attempts += result.attempts;
    if (parent.key === TRUNK && state.started?.coordinator !== "local" && result.attempts > 0)
      state.jobs = (state.jobs ?? 0) + 1;
  }
  for (const usage of result.usage) addUsage(parent.usage, usage);
  fan.fan.started.add(event.branch_key);
  fan.fan.results.set(event.branch_key, result);
  parent.branchBreakers.set(branchIdentity(fan.node, planned), result.breakers);
  const scope = state.scopes.get(event.branch_key);
  if (state.stop && result.status === "canceled") fan.fan.interrupted = true;
  const cutShort = scope?.unpaid || (state.stop && result.left_by === "canceled");
  if (scope && cutShort && mayGoOn(scope, fan.fan.baseCommit))
    fan.fan.parked.set(branchIdentity(fan.node, planned), scope);
  closeScope(state, event.branch_key);
}

/** And what is open below it: a branch whose job was lost leaves inner branches that nobody will go on with. */
function closeScope(state: RunState, branchKey: string): void {
  for (const key of state.scopes.keys())
    if (key === branchKey || key.startsWith(`${branchKey}/`)) state.scopes.delete(key);
}

function joined(state: RunState, scope: Scope, event: EventOf<"fanout_joined">): void {
  if (scope.cursor.phase !== "fanned") return;
  const { fan, node } = scope.cursor;
  const results = [...fan.results.values()].sort((a, b) => a.index - b.index);
  const { interrupted, parked } = fan;
  scope.lastFan = { node, joinNode: fan.joinNode, results, interrupted, parked, joined: event };
  const failed = failedAtJoin(event.status, results);
  if (failed.length > 0) scope.failedBranches.set(node, failed);
  else scope.failedBranches.delete(node);
  for (const result of results) {
    carryOver(scope.breakers, result.breakers);
    for (const [gate, status] of Object.entries(result.gates)) {
      if (!isSuccess(scope.branchGates.get(gate) ?? "")) scope.branchGates.set(gate, status);
    }
  }
  scope.context.set("parallel.results", results.map(forContext));
  scope.context.set("parallel.join_node", fan.joinNode ?? "");
  state.branches = [...state.branches, ...results].slice(-LISTED_BRANCHES);
}

/** What the next stage sees of a branch. */
function forContext(result: BranchResult): JsonValue {
  return {
    key: result.key,
    index: result.index,
    start_node: result.start_node,
    ...(result.item === undefined ? {} : { item: result.item }),
    status: result.status,
    left_by: result.left_by,
    last_node: result.last_node ?? "",
    failure_reason: result.cause?.reason ?? "",
    failure_class: result.cause?.class ?? "",
    failure_signature: result.cause?.signature ?? "",
    preferred_label: result.preferred_label ?? "",
    notes: result.notes ?? "",
    ...(result.score === undefined ? {} : { score: result.score }),
    outputs: result.outputs,
    commit: result.commit ?? "",
    duration_ms: result.duration_ms,
    attempts: result.attempts,
    cost_usd: result.usage.some((usage) => usage.cost_usd === null)
      ? null
      : result.usage.reduce((sum, usage) => sum + (usage.cost_usd ?? 0), 0),
  };
}
