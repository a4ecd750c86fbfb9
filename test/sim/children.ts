/** Runs below a manager, seen from above: they begin, take their time, end, and their last job tells the parent, or is lost. */

import type { EventBody } from "../../engine/core/events.ts";
import { hash32 } from "../../engine/core/hash.ts";
import { stamped } from "./look.ts";
import type { SimWorld } from "./model.ts";

export const CHILD_GRAPH = `digraph c { graph [goal="c"] start [shape=Mdiamond]; exit [shape=Msquare]
  inner [shape=parallelogram, tool_command="x"]; start -> inner -> exit }`;

/** `told`: the parent is to look again. Each id is a run that somebody began or asked to end. */
export function children(world: SimWorld, told: () => void): (ids: readonly string[]) => void {
  const known = new Set<string>();
  const { time, chance, refs } = world;

  async function end(id: string): Promise<void> {
    const ledger = world.ledger({ name: `child ${id}`, dead: false }, id);
    for (;;) {
      const { tip, events } = await ledger.read();
      const canceled = events.some(({ event }) => event === "cancellation_requested");
      const stored = await ledger.append(tip, [stamped(world, endOf(world.seed, id, canceled))]);
      if (stored.ok) return told();
    }
  }
  return (ids) => {
    for (const id of ids) {
      if (known.has(id) || !refs.heads.has(id)) continue;
      known.add(id);
      time.after(chance.between(5_000, 600_000), () => void end(id));
    }
  };
}

function endOf(seed: number, id: string, canceled: boolean): EventBody {
  if (canceled) return { event: "run_canceled", status: "canceled", reason: "its manager ended" };
  if (hash32(`${seed}/${id}`) % 3 > 0) return { event: "run_completed", status: "success" };
  return {
    event: "run_failed",
    status: "fail",
    failure_reason: "inner failed",
    failure_class: "deterministic",
    failure_signature: "inner|deterministic",
  };
}
