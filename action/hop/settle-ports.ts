/** What jobs that end a hop are given beyond every other. */
import type { Ledger } from "../../engine/ledger/port.ts";
import type { CoordinatorPorts } from "../../github/coordinator/ports.ts";
import type { Artifacts } from "../handoff/artifact-service.ts";
import type { JobPorts } from "../ports.ts";
import type { Tell } from "./notify.ts";

/** To take branches in. */
export interface CollectPorts extends JobPorts {
  /** Where the artifacts of this workflow run are. */
  readonly artifacts: () => Artifacts;
}

/** To decide and to tell too. */
export interface SettlePorts extends CollectPorts {
  /** The coordinator's way out with this job's token; used when the run has no app. */
  readonly coordinator: (ledger: Ledger) => Promise<CoordinatorPorts>;
  /** Tells people of a run, where there are any. */
  readonly tell: Tell;
}
