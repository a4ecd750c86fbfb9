/** What a job that settles is given beyond every other: the coordinator and the artifacts. */
import type { Ledger } from "../../engine/ledger/port.ts";
import type { CoordinatorPorts } from "../../github/coordinator/ports.ts";
import type { Artifacts } from "../handoff/artifact-service.ts";
import type { JobPorts } from "../ports.ts";

export interface SettlePorts extends JobPorts {
  /** The coordinator's way out with this job's token; used when the run has no app. */
  readonly coordinator: (ledger: Ledger) => Promise<CoordinatorPorts>;
  /** Where the artifacts of this workflow run are. */
  readonly artifacts: () => Artifacts;
}
