/** The claim of a hop, and what the jobs after it have to do. Where stage jobs may write nothing it is a job of its own. */
import { type Legs, plannedLegs } from "../engine/core/legs.ts";
import { legName } from "../engine/git/names.ts";
import { claim, type Held } from "./claim.ts";
import type { JobPorts, Say } from "./ports.ts";

/** Null: the hop is somebody else's, or over; it is said. */
export async function claimHop(ports: JobPorts): Promise<Held | null> {
  const { say } = ports;
  const held = await say.step("Claim the hop", () => claim(ports));
  say.output("run", held.runId);
  if (held.ok) return held;
  say.notice(held.why);
  say.output("proceed", "false");
  return null;
}

/** A hop runs its trunk or branches, never both: whoever only reads the ledger finds everything there before the hop begins. */
export async function runClaim(ports: JobPorts): Promise<void> {
  const held = await claimHop(ports);
  if (held === null) return;
  const legs = plannedLegs(held.pipeline, held.state);
  sayLegs(ports.say, legs);
  ports.say.output("trunk", String(legs === null));
}

export function sayLegs(say: Say, legs: Legs | null): void {
  say.output("proceed", "true");
  say.output("branches", JSON.stringify(legs?.branches.map(legName) ?? []));
  say.output("max-parallel", String(Math.min(256, legs?.maxParallel ?? 1)));
}
