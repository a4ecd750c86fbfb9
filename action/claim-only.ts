/** Claims the hop for jobs that may only read (durability `job`): it runs no stage and checks out no code. */
import { claim } from "./claim.ts";
import type { JobPorts } from "./ports.ts";

export async function runClaim(ports: JobPorts): Promise<void> {
  const { say } = ports;
  const held = await say.step("Claim the hop", () => claim(ports));
  say.output("run", held.runId);
  say.output("proceed", String(held.ok));
  if (!held.ok) say.notice(held.why);
}
