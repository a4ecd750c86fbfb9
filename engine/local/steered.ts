/** What people said to a node's agent since its last attempt, the same way as words from this machine. */
import { sendSteering } from "../agents/steering.ts";
import type { Clock } from "../clock.ts";
import type { RunLog } from "../drive/log.ts";

interface Told {
  readonly log: RunLog;
  readonly logsRoot: string;
  readonly clock: Clock;
}

export async function tellSteered({ log, logsRoot, clock }: Told, node: string): Promise<void> {
  const said = (log.state.steered ?? []).filter((one) => one.node === node);
  for (const [nth, { text }] of said.entries())
    await sendSteering(logsRoot, node, { text, by: "a comment" }, clock.now() + nth);
}
