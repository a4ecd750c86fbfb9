/** The claim of a hop, and what the jobs after it have to do. */
import type { Legs } from "../../engine/core/legs.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import type { JobPorts } from "../ports.ts";
import { type Claim, type ClaimExtras, type ClaimedHop, claim } from "./claim.ts";
import { branchTitle } from "./matrix.ts";

/** Not `ok`: the hop is somebody else's, or over; it is said. */
export async function claimHop(
  ports: JobPorts,
  beside?: (held: ClaimedHop) => Promise<ClaimExtras>,
): Promise<Claim> {
  const { say } = ports;
  const held = await say.step("Claim the hop", () => claim(ports, beside));
  if (held.ok) return held;
  say.notice(held.why);
  say.control("proceed", "false");
  return held;
}

/** Values of the matrix. */
export const titlesOf = (
  { redact }: Pick<JobPorts, "redact">,
  pipeline: Pipeline,
  { branches }: Legs,
): string[] => branches.map((branch) => branchTitle(pipeline, branch, redact));

export function sayLegs(
  ports: Pick<JobPorts, "say" | "redact">,
  pipeline: Pipeline,
  legs: Legs | null,
): void {
  const { say } = ports;
  say.control("proceed", "true");
  say.control("branches", JSON.stringify(legs === null ? [] : titlesOf(ports, pipeline, legs)));
  say.control("max-parallel", String(Math.min(256, legs?.maxParallel ?? 1)));
}
