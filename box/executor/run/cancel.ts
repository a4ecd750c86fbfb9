/** Cancelling a run: conditions are asked again, processes told to end, five minutes later killed. */
import { cancelLeg, KILL_AFTER_MS } from "./end-leg.ts";
import { type Engine, type LegState, legsOf } from "./model.ts";

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
