/** The parts that speak to the API; loaded by the jobs that are one of them. */
import { coordinatorPorts } from "./coordinator.ts";
import { artifactService } from "./parcel/service.ts";
import type { JobPorts } from "./ports.ts";
import { runSettle } from "./settle.ts";

export { runSweep } from "./sweep.ts";

export const settle = (ports: JobPorts): Promise<void> =>
  runSettle({
    ...ports,
    coordinator: (ledger) => coordinatorPorts(ports, ledger),
    artifacts: () => artifactService(process.env, ports.pause),
  });
