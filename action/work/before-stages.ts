/** What a job that drives the trunk does before its first stage: what ends the run here is in the log, and so is preflight. */
import type { Config } from "../../engine/config/schema.ts";
import type { EventOf } from "../../engine/core/events.ts";
import { TRUNK } from "../../engine/core/state.ts";
import type { RunLog } from "../../engine/drive/log.ts";
import { privilegedRefused } from "../isolation/privileged.ts";
import type { JobPorts } from "../ports.ts";
import { beforeAgents } from "./before-agents.ts";
import { openWorkplace, type Workplace } from "./workplace.ts";

export interface Beginning {
  readonly log: RunLog;
  readonly config: Config;
  readonly started: EventOf<"run_started">;
  readonly runId: string;
  /** Commits that the stages need besides the one where the trunk stands. */
  readonly alsoNeeded: readonly string[];
}

export async function beforeStages(
  ports: JobPorts,
  { log, config, started, runId, alsoNeeded }: Beginning,
): Promise<Workplace> {
  const { pipeline } = log;
  const forbidden = privilegedRefused(pipeline, ports.inputs);
  if (forbidden !== null) log.push(forbidden);
  const at = log.state.scopes.get(TRUNK)?.commit ?? started.base_sha ?? ports.job.sha;
  const place = await ports.say.step("Prepare the worktree", () =>
    openWorkplace(ports, runId, config, at, alsoNeeded),
  );
  const unpaid = await beforeAgents(ports, { pipeline, config });
  if (unpaid !== null) log.push(unpaid);
  const before = { ...place, pipeline, config, state: log.state };
  const { openingEvents } = await import("./preflight.ts");
  for (const event of await openingEvents(ports, before)) log.push(event);
  return place;
}
