/** The claim of a hop, and what the jobs after it have to do. */
import type { Legs } from "../../engine/core/legs.ts";
import { legName } from "../../engine/git/names.ts";
import type { JobPorts, Say } from "../ports.ts";
import { type Beside, claim, type Held } from "./claim.ts";

/** Null: the hop is somebody else's, or over; it is said. */
export async function claimHop(
  ports: JobPorts,
  beside?: (held: Held) => Promise<Beside>,
): Promise<Held | null> {
  const { say } = ports;
  const held = await say.step("Claim the hop", () => claim(ports, beside));
  say.output("run", held.runId);
  if (held.ok) return held;
  say.notice(held.why);
  say.output("proceed", "false");
  return null;
}

export function sayLegs(say: Say, legs: Legs | null): void {
  say.output("proceed", "true");
  say.output("branches", JSON.stringify(legs?.branches.map(legName) ?? []));
  say.output("max-parallel", String(Math.min(256, legs?.maxParallel ?? 1)));
}
