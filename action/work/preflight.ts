/** Before the first stage of a run: what can be known for nothing, such as a secret that nobody passed to the job. */
import { mkdir } from "node:fs/promises";
import type { Config } from "../../engine/config/schema.ts";
import type { EventBody } from "../../engine/core/events.ts";
import type { RunState } from "../../engine/core/state.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import type { JobPorts } from "../ports.ts";

export interface BeforeStages {
  readonly pipeline: Pipeline;
  readonly config: Config;
  readonly state: RunState;
  /** The run folder of this job, where the report goes. */
  readonly root: string;
  /** The repository as it is before any stage. */
  readonly clone: string;
}

/** What a job that drives the trunk writes before its first stage. */
export async function openingEvents(ports: JobPorts, before: BeforeStages): Promise<EventBody[]> {
  const { config, state } = before;
  const checked = await preflightEvents(ports, before);
  if (!config.cxdb || state.cxdbContext !== null) return checked;
  const { cxdbEvent } = await import("../output/cxdb.ts");
  return [await cxdbEvent(ports, config.cxdb, state.runId), ...checked];
}

/** What the log says of it: the end of a run that could not succeed, or what nobody should miss. */
async function preflightEvents(
  { inputs, env, say }: Pick<JobPorts, "inputs" | "env" | "say">,
  { pipeline, config, state, root, clone }: BeforeStages,
): Promise<EventBody[]> {
  if (inputs.simulate !== "" || state.attempts > 0) return [];
  const { checkBeforeRun } = await import("../../engine/local/before-run.ts");
  try {
    await mkdir(root, { recursive: true });
    return await say.step("Preflight", () =>
      checkBeforeRun({
        ...{ root, pipeline, config, env, workdir: clone },
        ...{ allowTestShim: false, simulated: false, now: () => new Date() },
      }),
    );
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "PreflightError") throw error;
    return [{ event: "run_aborted", reason: error.message, failure_class: "deterministic", by: "preflight" }];
  }
}
