/** A job that was dispatched for a run that has ended: it leaves the end where people look for it, and runs nothing (R-GH-2). */
import { fold } from "../hop/claim.ts";
import { sayEnd } from "../output/outputs.ts";
import { leaveResults } from "../output/results.ts";
import { writeSummary } from "../output/summary.ts";
import type { JobPorts } from "../ports.ts";

export async function leaveFinal(ports: JobPorts, runId: string): Promise<void> {
  const { inputs, remote, say } = ports;
  say.control("go", "done");
  if (inputs.part !== "trunk") return;
  const ledger = remote.ledger(runId);
  const { pipeline, state, snapshot } = await fold(remote, runId, ledger, await ledger.read());
  if (!state.ended) return say.notice(`run ${runId} goes on again; whoever ends it asks once more`);
  await leaveResults(ports, {
    runId,
    part: "final",
    state,
    events: snapshot.events,
    logs: null,
    record: true,
  });
  sayEnd(ports, state);
  await writeSummary(ports, pipeline, state, snapshot.events, null);
}
