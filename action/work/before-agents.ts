/** What a job does before its first agent: walls for its commands, and the token for those that pay with the job's. */
import type { Config } from "../../engine/config/schema.ts";
import type { EventBody } from "../../engine/core/events.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import type { JobPorts } from "../ports.ts";

const ASK: ReadonlySet<string> = new Set(["agent", "parallel.fan_in"]);

/** What ends a run whose agents may not be given what they would pay with. */
export async function beforeAgents(
  ports: JobPorts,
  of: { readonly pipeline: Pipeline; readonly config: Config },
): Promise<Extract<EventBody, { event: "run_aborted" }> | null> {
  if (
    ports.inputs.simulate !== "" ||
    ![...of.pipeline.stages.values()].some(({ handler }) => ASK.has(handler))
  )
    return null;
  // A job without agents loads none of it.
  const [{ prepareSandbox }, { lendJobToken }] = await Promise.all([
    import("../isolation/prepare-sandbox.ts"),
    import("../isolation/job-token.ts"),
  ]);
  await prepareSandbox(ports, of);
  const reason = await lendJobToken(ports, of);
  return reason === null
    ? null
    : { event: "run_aborted", reason, failure_class: "deterministic", by: "the job" };
}
