/** The run's spans to the collector that its configuration names, when the run is over. It never fails a job. */
import { parseEvent } from "../../engine/core/events.ts";
import type { RunState } from "../../engine/core/state.ts";
import type { LedgerEvent } from "../../engine/ledger/port.ts";
import { configOf } from "../hop/run-config.ts";
import type { JobPorts } from "../ports.ts";

export async function sendTraces(
  ports: Pick<JobPorts, "job" | "inputs" | "remote" | "say" | "redact" | "env">,
  state: RunState,
  events: readonly LedgerEvent[],
): Promise<void> {
  if (!state.ended || !state.started) return;
  try {
    const { otlp } = await configOf(ports, state.started);
    if (!otlp) return;
    const { exportTraces } = await import("../../engine/accounting/export-traces.ts");
    const problem = await exportTraces(otlp, events.map(parseEvent), ports.env, ports.redact, Date.now());
    if (problem !== null) ports.say.warning(`traces were not sent: ${ports.redact(problem)}`);
  } catch (error) {
    ports.say.warning(`traces were not sent: ${ports.redact((error as Error).message)}`);
  }
}
