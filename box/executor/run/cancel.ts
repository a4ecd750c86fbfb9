/** Cancelling one leg, and a whole run: conditions are asked again, processes told to end, five minutes later killed. */
import { endAtOnce, finishLeg, tell } from "./legs.ts";
import { type Engine, type LegState, legsOf } from "./model.ts";

const KILL_AFTER_MS = 5 * 60_000;

/** What holds the leg ends it, whatever its `if` says: a sibling failed, its time is over, its group is taken. */
export function cancelLeg(engine: Engine, leg: LegState, message?: string): void {
  if (leg.status === "done" || leg.cancelled) return;
  leg.cancelled = true;
  if (leg.called !== undefined) {
    for (const inner of legsOf(leg.called)) cancelLeg(engine, inner, message);
    return;
  }
  if (leg.status !== "running") {
    endAtOnce(engine, leg, "cancelled", message);
    return;
  }
  if (message !== undefined) tell(engine, leg, message);
  leg.control?.cancel();
  leg.pendingWork.add(engine.actions.clock.after(KILL_AFTER_MS, () => killLeg(engine, leg)));
}

function killLeg(engine: Engine, leg: LegState): void {
  leg.control?.kill();
  finishLeg(engine, leg, { result: "cancelled", outputs: new Map() });
  engine.advance();
}

/** A cancel by a person: a job whose condition still holds goes on, the others end. */
export function cancelRun(engine: Engine, wanted: (leg: LegState) => boolean, killAll: () => void): void {
  const { state } = engine;
  if (state.root === undefined) return;
  for (const leg of legsOf(state.root)) {
    if (leg.status === "done" || leg.called !== undefined || wanted(leg)) continue;
    cancelLeg(engine, leg);
  }
  state.pendingWork.add(engine.actions.clock.after(KILL_AFTER_MS, killAll));
  engine.advance();
}
