/** A fan-out as data: its branches, their keys, and how many may run (R-FAN-7, R-FAN-8, R-FAN-12). */
import type { Pipeline, Stage } from "../graph/pipeline.ts";
import type { BranchResult, PlannedBranch } from "./events/flow.ts";
import type { BodyOf } from "./events.ts";
import { hex8 } from "./hash.ts";
import { jsonBytes } from "./json-bytes.ts";
import type { JsonValue } from "./outcome.ts";
import { joinNode } from "./region.ts";
import { conditionMatches, lookUp } from "./routing.ts";
import type { Scope } from "./state.ts";

const MAX_BRANCHES = 10_000;
/** A plan is one event of the log, and an event has its limit; this leaves room for the rest of it. */
const PLAN_BYTES = 400 * 1024;

export type FanPlan =
  | { readonly ok: true; readonly event: BodyOf<"fanout_started"> }
  | { readonly ok: false; readonly reason: string };

export function planFanOut(
  pipeline: Pipeline,
  scope: Scope,
  stage: Stage,
  visit: number,
  resumed: boolean,
): FanPlan {
  const fanOut = stage.fanOut;
  if (!fanOut) return { ok: false, reason: `${stage.id} has no fan-out policy` };
  const starts = startNodes(pipeline, scope, stage);
  const items = fanOut.itemsKey === null ? null : itemList(scope, fanOut.itemsKey);
  if (typeof items === "string") return { ok: false, reason: items };
  const branches: PlannedBranch[] = [];
  const add = (start: string, item?: JsonValue) => {
    const index = branches.length;
    const key = branchKey(
      scope.key,
      stage.id,
      visit,
      index,
      item === undefined ? start : nameOf(item, start),
    );
    branches.push({ key, index, start_node: start, ...(item === undefined ? {} : { item }) });
  };
  if (items === null) for (const start of starts) add(start);
  else for (const item of items) for (const start of starts) add(start, item);
  if (branches.length > MAX_BRANCHES) {
    return {
      ok: false,
      reason: `${stage.id} would start ${branches.length} branches; the limit is ${MAX_BRANCHES}`,
    };
  }
  const bytes = jsonBytes(branches);
  if (bytes > PLAN_BYTES) {
    return {
      ok: false,
      reason: `the plan of ${stage.id}'s ${branches.length} branches has ${bytes} bytes, at most ${PLAN_BYTES} fit; give fewer or shorter items`,
    };
  }
  const carried = resumed ? thatFit(keptResults(scope, stage, branches), PLAN_BYTES - bytes) : [];
  const join = joinNode(pipeline, stage.id);
  return {
    ok: true,
    event: {
      event: "fanout_started",
      ...(scope.key === "" ? {} : { branch_key: scope.key }),
      node_id: stage.id,
      visit,
      branches,
      ...(carried.length > 0 ? { carried } : {}),
      ...(join === null ? {} : { join_node: join }),
      join_policy: fanOut.joinPolicy,
      error_policy: fanOut.errorPolicy,
      k: fanOut.joinPolicy === "quorum" ? Math.ceil(branches.length * fanOut.quorumFraction) : fanOut.k,
      max_parallel: fanOut.maxParallel,
      ...(scope.commit === null ? {} : { base_commit: scope.commit }),
    },
  };
}

/** Every outgoing edge whose condition holds; several edges to one node are one branch. */
function startNodes(pipeline: Pipeline, scope: Scope, stage: Stage): string[] {
  const routes = pipeline.out.get(stage.id) ?? [];
  const outcome = String(scope.context.get("outcome") ?? "success");
  const now = {
    node: stage.id,
    visit: 0,
    status: outcome === "" ? "success" : outcome,
    preferredLabel: null,
    suggested: [],
    notes: null,
    failure: null,
    passedOn: false,
    edge: null,
  };
  const conditional = new Set(conditionMatches(routes, (key) => lookUp(key, scope, now)));
  return [...new Set(routes.filter((r) => r.condition === null || conditional.has(r)).map((r) => r.to))];
}

function itemList(scope: Scope, key: string): JsonValue[] | string {
  const value = scope.context.get(key) ?? scope.context.get(key.replace(/^context\./, ""));
  if (Array.isArray(value)) return value;
  if (typeof value === "string") {
    try {
      const parsed: unknown = JSON.parse(value);
      if (Array.isArray(parsed)) return parsed as JsonValue[];
    } catch {
      // Not JSON: fall through to the message, which says what was found.
    }
  }
  const found = value === undefined ? "nothing" : typeof value;
  return `the fan-out's items come from context key "${key}", which holds ${found}; an earlier stage must set it to a list`;
}

/** Branches of the last visit that succeeded, under the keys of this one. */
function keptResults(scope: Scope, stage: Stage, branches: readonly PlannedBranch[]): BranchResult[] {
  if (scope.lastFan?.node !== stage.id) return [];
  return scope.lastFan.results.flatMap((result) => {
    const now = branches.find((b) => b.index === result.index && b.start_node === result.start_node);
    return now && result.status === "success" ? [{ ...result, key: now.key }] : [];
  });
}

/** What there is no room for runs again. */
function thatFit(results: readonly BranchResult[], bytes: number): BranchResult[] {
  let left = bytes;
  return results.filter((result) => {
    left -= jsonBytes(result);
    return left >= 0;
  });
}

/** `<fan>/v<visit>/<NN>-<slug>` below the parent's key: unique by number, safe as ref, folder and artifact name. */
export function branchKey(
  parent: string,
  fanNode: string,
  visit: number,
  index: number,
  name: string,
): string {
  const own = `${slug(fanNode, 40)}/v${visit}/${String(index + 1).padStart(2, "0")}-${slug(name, 32)}`;
  return parent === "" ? own : `${parent}/${own}`;
}

/** Lower case for case-blind systems; what had to change brings a hash so that twins stay apart. */
function slug(text: string, max: number): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "-")
    .replace(/^[-_]+/, "")
    // The look-behind keeps it from starting inside its own run: items come from stages and may be long.
    .replace(/(?<![-_])[-_]+$/, "")
    .slice(0, max);
  if (plain === text) return plain;
  return plain === "" ? hex8(text) : `${plain.slice(0, max - 9)}-${hex8(text)}`;
}

function nameOf(item: JsonValue, start: string): string {
  if (typeof item === "string" || typeof item === "number") return String(item);
  if (item && typeof item === "object" && !Array.isArray(item)) {
    const name = item.id ?? item.name ?? item.key;
    if (typeof name === "string" || typeof name === "number") return String(name);
  }
  return start;
}
