/** Claims the hop of this job. The log shows the step, and why when it is not this job's. */
import type { JobPorts } from "../ports.ts";
import { type Claim, claim } from "./claim.ts";

/** Not `ok`: the hop is somebody else's, or over. */
export async function claimHop(ports: JobPorts): Promise<Claim> {
  const { say } = ports;
  const held = await say.step("Claim the hop", () => claim(ports));
  if (!held.ok) say.notice(held.why);
  return held;
}
