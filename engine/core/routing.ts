/** Which way a finished visit goes: five steps, one winner, and the reason (R-FAIL-7, R-FAN-1). */

import { CLASS_POLICY } from "../failure/classes.ts";
import { evaluate, waitsFor } from "../graph/condition.ts";
import { normalizeLabel } from "../graph/labels.ts";
import type { Pipeline, Route, Stage } from "../graph/pipeline.ts";
import { asText } from "./context.ts";
import type { ROUTE_REASONS } from "./events/flow.ts";
import { inRegion } from "./region.ts";
import type { Ended, Scope } from "./state.ts";

export type Choice =
  | {
      readonly to: string;
      readonly route: Route | null;
      readonly reason: (typeof ROUTE_REASONS)[number];
      readonly candidates: number;
    }
  | { readonly to: null; readonly why: string };

/** Handlers whose unconditional edges say something else than "and then". */
export const CLOSED_ON_FAILURE: ReadonlySet<string> = new Set(["parallel", "parallel.fan_in", "wait.human"]);

export function chooseRoute(pipeline: Pipeline, scope: Scope, ended: Ended): Choice {
  const stage = pipeline.stages.get(ended.node);
  const routes = pipeline.out.get(ended.node) ?? [];
  if (!stage) return { to: null, why: `the graph has no node ${ended.node}` };

  // A person's choice stands, whatever the condition of its edge says now.
  const chosen = routes.find(({ index, condition }) => index === ended.edge && condition !== null);
  if (chosen) return { to: chosen.to, route: chosen, reason: "human_choice", candidates: routes.length };

  const matching =
    stage.handler === "parallel" ? [] : conditionMatches(routes, (key) => lookUp(key, scope, ended));
  if (matching.length > 0) return best(matching, "condition_match");

  const failed = ended.status === "fail";
  // What leaves a fan-out are its branches, past a failed join nobody walks on unasked (R-FAN-1), and the edges of a
  // gate are answers: one that nobody gave is none of them (R-LIFE-9).
  const closed = failed && CLOSED_ON_FAILURE.has(stage.handler);
  if (!closed) {
    const chosen = unconditionalChoice(routes, ended);
    if (chosen) return chosen;
  }
  if (failed) {
    const target = retryTarget(pipeline, scope, stage, ended);
    if (target) return { to: target, route: null, reason: "retry_target", candidates: 1 };
  }
  return { to: null, why: noWay(stage, routes, ended) };
}

export function conditionMatches(
  routes: readonly Route[],
  resolve: (key: string) => string | undefined,
): Route[] {
  return routes.filter((route) => route.condition !== null && evaluate(route.condition, resolve));
}

/** What an end leads to when nothing stands in the way: conditions first, then what is open. */
export function routeOf(
  routes: readonly Route[],
  resolve: (key: string) => string | undefined,
  ended: Wish,
): Route | null {
  const matching = conditionMatches(routes, resolve);
  const choice = matching.length > 0 ? best(matching, "condition_match") : unconditionalChoice(routes, ended);
  return choice !== null && choice.to !== null ? choice.route : null;
}

type Wish = Pick<Ended, "edge" | "preferredLabel" | "suggested">;

export function lookUp(key: string, scope: Scope, ended: Ended): string | undefined {
  if (key === "outcome") return ended.status;
  if (key === "preferred_label") return ended.preferredLabel ?? "";
  return asText(scope.context.get(key));
}

function unconditionalChoice(routes: readonly Route[], ended: Wish): Choice | null {
  const open = routes.filter((route) => route.condition === null);
  if (open.length === 0) return null;
  if (ended.edge !== null) {
    const chosen = open.find((route) => route.index === ended.edge);
    if (chosen) return { to: chosen.to, route: chosen, reason: "human_choice", candidates: open.length };
  }
  if (ended.preferredLabel) {
    const wanted = normalizeLabel(ended.preferredLabel);
    const labelled = open.find((route) => normalizeLabel(route.label) === wanted);
    if (labelled)
      return { to: labelled.to, route: labelled, reason: "preferred_label", candidates: open.length };
  }
  for (const id of ended.suggested) {
    const suggested = open.find((route) => route.to === id);
    if (suggested)
      return { to: suggested.to, route: suggested, reason: "suggested_next_ids", candidates: open.length };
  }
  return best(open, "weight");
}

/** Weight, then target id, then declaration order. */
function best(routes: readonly Route[], reason: "condition_match" | "weight"): Choice {
  const sorted = [...routes].sort(
    (a, b) => b.weight - a.weight || (a.to < b.to ? -1 : a.to > b.to ? 1 : 0) || a.index - b.index,
  );
  const [first, second] = sorted as [Route, Route?];
  const why =
    reason === "condition_match"
      ? reason
      : !second
        ? "only_edge"
        : second.weight === first.weight
          ? "lexical_tiebreak"
          : "weight";
  return { to: first.to, route: first, reason: why, candidates: routes.length };
}

/** node.retry_target, node.fallback_retry_target, then the graph's; only what lies in this scope. */
function retryTarget(pipeline: Pipeline, scope: Scope, stage: Stage, ended: Ended): string | null {
  if (ended.failure && !CLASS_POLICY[ended.failure.class].retryTarget) return null;
  return retryChain(pipeline, scope, stage);
}

export function retryChain(pipeline: Pipeline, scope: Scope, stage: Stage): string | null {
  const chain = [
    stage.retryTarget,
    stage.fallbackRetryTarget,
    pipeline.retryTarget,
    pipeline.fallbackRetryTarget,
  ];
  return chain.find((id) => id !== null && pipeline.stages.has(id) && inRegion(pipeline, scope, id)) ?? null;
}

function noWay(stage: Stage, routes: readonly Route[], ended: Ended): string {
  if (routes.length === 0) return `${stage.id} is a dead end: no edge leaves it and it is no exit`;
  const edges = routes.map((route) => `${route.to} [${route.conditionText || "unconditional"}]`).join(", ");
  return `${stage.id} ended ${ended.status} and no edge takes that (edges: ${edges}; no retry_target)`;
}

/** Whether some edge waits for exactly this custom outcome, here or behind conditionals that hand it on (R-STAT-9). */
export function expectsOutcome(
  pipeline: Pipeline,
  node: string,
  status: string,
  seen = new Set<string>(),
): boolean {
  if (seen.has(node)) return false;
  seen.add(node);
  return (pipeline.out.get(node) ?? []).some((route) =>
    route.condition === null
      ? pipeline.stages.get(route.to)?.handler === "conditional" &&
        expectsOutcome(pipeline, route.to, status, seen)
      : waitsFor(route.condition, status),
  );
}
