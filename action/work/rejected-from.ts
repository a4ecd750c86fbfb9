/** Whose work it is that the remote did not take. */
import type { EventOf } from "../../engine/core/events.ts";
import type { JobPorts } from "../ports.ts";

export interface RefusedFrom {
  readonly started: EventOf<"run_started">;
  readonly runId: string;
  readonly hop: number;
  /** As the job's results are named. */
  readonly part: string;
  /** A leg's branch. */
  readonly focus?: string;
  /** Brings a commit of the workplace into the driver's repository. */
  readonly bring: (commit: string) => Promise<void>;
}

export type WorkPorts = Pick<JobPorts, "job" | "remote" | "redact" | "secrets" | "say">;
