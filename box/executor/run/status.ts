/** What `if` of a job can ask about the jobs before it, and what a job's legs come to. */
import type { ExpressionFunction } from "../expressions/evaluate.ts";
import type { Result } from "../job/control.ts";
import type { LegState, NodeState } from "./model.ts";

/** Every job that this one waits for, directly or not. */
function ancestorsOf(node: NodeState, seen = new Set<NodeState>()): ReadonlySet<NodeState> {
  for (const need of node.needs) {
    if (seen.has(need)) continue;
    seen.add(need);
    ancestorsOf(need, seen);
  }
  return seen;
}

/**
 * `success()` holds only when no ancestor at any distance failed, was cancelled or was skipped; a cancelled run has
 * neither success nor failure.
 */
export function statusFunctions(
  node: NodeState,
  cancelled: boolean,
): ReadonlyMap<string, ExpressionFunction> {
  const ancestors = [...ancestorsOf(node)];
  const among = (names: readonly unknown[]) =>
    names.length === 0 ? ancestors : ancestors.filter((other) => names.includes(other.definition.id));
  const max = Number.MAX_SAFE_INTEGER;
  return new Map<string, ExpressionFunction>([
    ["always", { min: 0, max: 0, call: () => true }],
    ["cancelled", { min: 0, max: 0, call: () => cancelled }],
    [
      "success",
      {
        min: 0,
        max,
        call: (...names) => !cancelled && among(names).every(({ result }) => result === "success"),
      },
    ],
    [
      "failure",
      {
        min: 0,
        max,
        call: (...names) => !cancelled && among(names).some(({ result }) => result === "failure"),
      },
    ],
  ]);
}

/**
 * One result for all legs. A leg that was cancelled before any runner picked it up does not count beside others,
 * which is how `needs.<matrix>.result` can say success although a leg is missing.
 */
export function resultOf(legs: readonly LegState[]): Result {
  const counted = legs.filter((leg) => !(leg.result === "cancelled" && !leg.started));
  const results = (counted.length === 0 ? legs : counted).map((leg) =>
    leg.forgiven && leg.result === "failure" ? "success" : (leg.result ?? "skipped"),
  );
  if (results.includes("failure")) return "failure";
  if (results.includes("cancelled")) return "cancelled";
  return results.every((result) => result === "skipped") ? "skipped" : "success";
}
