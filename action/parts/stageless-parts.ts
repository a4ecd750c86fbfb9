/** The parts that run no stage and speak to the API; loaded by the jobs that are one of them. */

import { pastArtifacts } from "../handoff/past-artifacts.ts";
import { coordinatorPorts, jobTeller } from "../hop/coordinator.ts";
import type { SettlePorts } from "../hop/settle-ports.ts";
import type { JobPorts } from "../ports.ts";
import { runCommand } from "./command.ts";
import { runNext } from "./next.ts";

export { runProbe } from "../probe/probe.ts";
export { leaveFinal } from "./final.ts";
export { runSweep } from "./sweep.ts";

const settling = (ports: JobPorts): SettlePorts => ({
  ...ports,
  coordinator: (ledger) => coordinatorPorts(ports, ledger),
  tell: jobTeller(ports),
  artifacts: () => pastArtifacts(ports, ports.job.runId),
});

export const next = (ports: JobPorts): Promise<void> => runNext(settling(ports));

export const command = (ports: JobPorts): Promise<void> => runCommand(settling(ports));
