/** The claim of a hop, and what the jobs after it have to do. */
import type { JobPorts } from "../ports.ts";
import { type Claim, type ClaimExtras, type ClaimedHop, claim } from "./claim.ts";

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
