/** The words of the engine for how something stands, as the drawing's states. */
import type { NodeRecord, Scope } from "../../core/state.ts";
import type { NodeState } from "../overlay.ts";

export function nodeState(status: string): NodeState {
  switch (status) {
    case "fail":
    case "retry":
      return "fail";
    case "canceled":
      return "canceled";
    case "skipped":
      return "skipped";
    default:
      return "success";
  }
}

export function stateIn(scope: Scope, id: string, node: NodeRecord): NodeState {
  const { cursor } = scope;
  if ("node" in cursor && cursor.node === id) {
    if (cursor.phase === "gate" || cursor.phase === "paused") return "waiting";
    if (["running", "fanned", "ready", "retrying", "failed"].includes(cursor.phase)) return "running";
  }
  return node.last ? nodeState(node.last.status) : "pending";
}
