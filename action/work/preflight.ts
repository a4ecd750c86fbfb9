/** Before the first stage of a run: what can be known for nothing, such as a secret that nobody passed to the job. */
import { mkdir } from "node:fs/promises";
import type { Config } from "../../engine/config/schema.ts";
import type { EventBody } from "../../engine/core/events.ts";
import type { RunState } from "../../engine/core/state.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import type { JobPorts } from "../ports.ts";

const ASK: ReadonlySet<string> = new Set(["agent", "parallel.fan_in"]);

export interface BeforeStages {
  readonly pipeline: Pipeline;
  readonly config: Config;
  readonly state: RunState;
  /** The run folder of this job, where the report goes. */
  readonly root: string;
}

/** What ends a run that could not succeed; null when it may begin, or has begun before. */
export async function preflightRefused(
  { inputs, env, say }: Pick<JobPorts, "inputs" | "env" | "say">,
  { pipeline, config, state, root }: BeforeStages,
): Promise<EventBody | null> {
  const asks = [...pipeline.stages.values()].some(({ handler }) => ASK.has(handler));
  if (!asks || inputs.simulate !== "" || state.attempts > 0) return null;
  const { checkBeforeRun } = await import("../../engine/local/before-run.ts");
  try {
    await mkdir(root, { recursive: true });
    await say.step("Preflight", () =>
      checkBeforeRun({
        ...{ root, pipeline, config, env },
        ...{ allowTestShim: false, simulated: false, now: () => new Date() },
      }),
    );
    return null;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "PreflightError") throw error;
    return { event: "run_aborted", reason: error.message, failure_class: "deterministic", by: "preflight" };
  }
}
