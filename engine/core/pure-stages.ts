/** Which visits need a driver, and which the core decides alone. */
import type { Pipeline } from "../graph/pipeline.ts";
import type { Scope } from "./state.ts";

/** Handlers that the core decides alone: they take no time of their own and cost nothing. */
export const DECIDED: ReadonlySet<string> = new Set([
  "start",
  "exit",
  "conditional",
  "parallel",
  "wait.human",
]);

/** True when somebody must do something: a tool, an agent, a merge. False for start, exit, conditions, fan-outs, gates. */
export function ownsAttempt(pipeline: Pipeline, scope: Scope, node: string): boolean {
  const stage = pipeline.stages.get(node);
  if (!stage) return false;
  if (stage.customType !== null) return true;
  if (stage.handler === "parallel.fan_in") return fanInHasWork(scope, node);
  return !DECIDED.has(stage.handler);
}

/** A fan-in whose join already failed, or that has nothing to take, is over before anybody merges. */
function fanInHasWork(scope: Scope, node: string): boolean {
  const fan = scope.lastFan;
  if (!fan || fan.joinNode !== node || fan.results.length === 0) return false;
  return fan.joined.status === "success" || fan.joined.status === "partial_success";
}
