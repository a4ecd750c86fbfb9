/** The runs above and below this one that a decision here is news for, looked at in turn by the same job (R-GH-16). */
import { coordinate } from "../../github/coordinator/coordinate.ts";
import { deliverFinal } from "../../github/coordinator/deliver-final.ts";
import { fold } from "./claim.ts";
import { publish } from "./publish.ts";
import type { SettlePorts } from "./settle-ports.ts";

/** What is left then is for the sweep: a job's minutes are not for managers that go round and round. */
const MOST_LOOKS = 64;

export async function coordinateRelatedRuns(ports: SettlePorts, hints: readonly string[]): Promise<void> {
  const { remote, say } = ports;
  const due = [...hints];
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const runId = due.shift();
    if (runId === undefined) return;
    const ledger = remote.ledger(runId);
    const parent = await ports.coordinator(ledger);
    const found = await say.step(`Decide what comes next in run ${runId}`, () => coordinate(parent));
    due.push(...found.hints);
    if (found.status !== "ended" || found.found) continue;
    const said = await publish(ports, await fold(remote, runId, ledger, await ledger.read()), found.state);
    if (said !== null) say.notice(`run ${runId}: ${said}`);
    // Its log has the end: what this job is for does not hang on a copy of it.
    await deliverFinal(parent, found.state).catch((error: unknown) =>
      say.notice(
        `run ${runId} has ended, and no job was found to leave its final as an artifact: ${String(error)}`,
      ),
    );
  }
}
