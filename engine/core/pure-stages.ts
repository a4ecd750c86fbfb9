/** Which visits need a driver, and which the core decides alone. */
import type { Pipeline } from "../graph/pipeline.ts";
import type { Scope } from "./state.ts";

/** True when somebody must do something: a tool, an agent, a merge. False for start, exit, conditions, fan-outs, gates. */
export function ownsAttempt(pipeline: Pipeline, scope: Scope, node: string): boolean {
  const stage = pipeline.stages.get(node);
  if (!stage) return false;
  if (stage.customType !== null) return true;
  switch (stage.handler) {
    case "start":
    case "exit":
    case "conditional":
    case "parallel":
    case "wait.human":
      return false;
    case "parallel.fan_in":
      return fanInHasWork(scope, node);
    default:
      return true;
  }
}

/** A fan-in whose join already failed, or that has nothing to take, is over before anybody merges. */
function fanInHasWork(scope: Scope, node: string): boolean {
  const fan = scope.lastFan;
  if (!fan || fan.joinNode !== node || fan.results.length === 0) return false;
  return fan.joined.status === "success" || fan.joined.status === "partial_success";
}
