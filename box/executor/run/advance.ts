/** Which jobs can start, which are over, when a called workflow and the run are over. */
import type { Conclusion } from "../../actions/port.ts";
import { finishLeg } from "./end-leg.ts";
import { finishCall } from "./legs.ts";
import { type Engine, legsOf, type NodeState, type ScopeState } from "./model.ts";
import { pump, startNode } from "./nodes.ts";
import { resultOf } from "./status.ts";

export function advance(engine: Engine): void {
  const { state } = engine;
  if (state.status !== "running" || state.root === undefined) return;
  while (advanceScope(engine, state.root)) {
    // One step can open the way for the next.
  }
  if (isOver(state.root)) finishRun(engine, state.root);
}

const isOver = (scope: ScopeState): boolean =>
  [...scope.nodes.values()].every(({ status }) => status === "done");

function advanceScope(engine: Engine, scope: ScopeState): boolean {
  let moved = false;
  for (const node of scope.nodes.values()) moved = advanceNode(engine, node) || moved;
  return moved;
}

function advanceNode(engine: Engine, node: NodeState): boolean {
  if (node.status === "waiting") {
    if (!node.needs.every((need) => need.status === "done")) return false;
    startNode(engine, node);
    return true;
  }
  if (node.status === "done") return false;
  let moved = pump(engine, node);
  for (const leg of node.legs) {
    if (leg.called === undefined || leg.status === "done") continue;
    moved = advanceScope(engine, leg.called) || moved;
    if (isOver(leg.called)) {
      finishCall(engine, leg, leg.called);
      moved = true;
    }
  }
  if (node.legs.every(({ status }) => status === "done")) {
    node.result = resultOf(node.legs);
    node.status = "done";
    return true;
  }
  return moved;
}

function finishRun(engine: Engine, root: ScopeState): void {
  engine.state.status = "done";
  for (const withdraw of engine.state.pendingWork) withdraw();
  for (const member of engine.state.members) engine.groups.leave(member);
  engine.actions.completeRun(engine.run.id, conclusionOf(engine, root));
}

function conclusionOf(engine: Engine, root: ScopeState): Conclusion {
  const results = legsOf(root)
    .filter((leg) => leg.called === undefined && !leg.forgiven)
    .map(({ result }) => result);
  const cancelled = results.includes("cancelled");
  if (engine.state.cancelled !== "no" && (cancelled || results.includes("skipped"))) return "cancelled";
  if (results.includes("failure")) return "failure";
  if (cancelled) return "cancelled";
  return results.every((result) => result === "skipped") ? "skipped" : "success";
}

/** Ends everything that is not over yet, without asking any condition. */
export function killAll(engine: Engine): void {
  const { root } = engine.state;
  engine.state.cancelled = "force";
  if (root === undefined) return;
  for (const leg of legsOf(root)) {
    if (leg.status === "done" || leg.called !== undefined) continue;
    leg.control?.kill();
    finishLeg(engine, leg, { result: "cancelled", outputs: new Map() });
  }
  engine.advance();
}
