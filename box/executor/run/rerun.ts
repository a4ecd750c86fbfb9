/** "Re-run failed jobs": what passed is kept with its outputs; what failed runs again, and all that depends on it. */
import type { JobRecord } from "../../actions/port.ts";
import type { Engine, NodeState } from "./model.ts";

const dependsOnNew = (node: NodeState): boolean => {
  const { caller } = node.scope();
  return node.needs.some((need) => need.ran) || (caller !== undefined && dependsOnNew(caller.node));
};

/** The record of the attempt before that stands for this key, when it may be kept. */
export function keptRecord(engine: Engine, node: NodeState, key: string): JobRecord | undefined {
  if (engine.run.rerun !== "failed" || dependsOnNew(node)) return undefined;
  const before = engine.state.previous.get(key);
  return before?.conclusion === "success" || before?.conclusion === "skipped" ? before : undefined;
}

/** Outputs of a failed job's earlier attempt shine through where the new one sets none (actions/runner#2598). */
export const staleOutputs = (engine: Engine, key: string): Readonly<Record<string, string>> => {
  const before = engine.run.rerun === "failed" ? engine.state.previous.get(key) : undefined;
  return before?.conclusion === "failure" ? before.outputs : {};
};
