/** Records a run on GitHub in the CXDB server that its configuration names: one context over all hops. It never fails a job. */
import { type EventBody, parseEvent } from "../../engine/core/events.ts";
import type { RunState } from "../../engine/core/state.ts";
import { type CxdbAddress, newContext, recordRun } from "../../engine/cxdb/sink.ts";
import type { LedgerEvent } from "../../engine/ledger/port.ts";
import { configOf } from "../hop/run-config.ts";
import type { JobPorts } from "../ports.ts";

/** What a job that drives the trunk writes first, once in a run: the context, or why there is none. */
export async function cxdbEvent(
  { redact }: Pick<JobPorts, "redact">,
  address: CxdbAddress,
  runId: string,
): Promise<EventBody> {
  try {
    return { event: "cxdb_context", context_id: await newContext(address, runId) };
  } catch (error) {
    const message = redact(`CXDB records nothing of this: ${(error as Error).message}`);
    return { event: "warning", code: "cxdb_failed", message };
  }
}

/** Everything that the server does not have yet. Returns its newest turn, for the final; null where nothing is recorded. */
export async function bringToCxdb(
  ports: Pick<JobPorts, "job" | "inputs" | "remote" | "say" | "redact">,
  state: RunState,
  events: readonly LedgerEvent[],
): Promise<string | null> {
  if (!state.started || state.cxdbContext === null) return null;
  try {
    const { cxdb } = await configOf(ports, state.started);
    if (!cxdb) return null;
    const recorded = await recordRun(cxdb, state.cxdbContext, events.map(parseEvent), ports.redact);
    return recorded.headTurnId;
  } catch (error) {
    ports.say.warning(ports.redact(`CXDB has not all of the run: ${(error as Error).message}`));
    return null;
  }
}
