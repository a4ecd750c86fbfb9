/** The work of a run in a job that may write nothing: in the job's artifact, or it would be gone with the job. */
import type { RunState } from "../../engine/core/state.ts";
import { artifactName } from "../../engine/git/names.ts";
import { messageOf } from "../../engine/message-of.ts";
import { workOf } from "../../github/delivery.ts";
import type { Published } from "../../github/publish.ts";
import type { RefusedFrom, WorkPorts } from "./rejected-from.ts";
import { BUNDLE, bundleWork, fetchBundle } from "./work-bundle.ts";

/** Null where no stage committed anything. */
export async function keepWork(
  ports: WorkPorts,
  from: Pick<RefusedFrom, "started" | "runId" | "part" | "bring">,
  state: RunState,
): Promise<Published | null> {
  const work = workOf(state);
  if (work === null) return null;
  const { job, redact } = ports;
  const artifact = artifactName({ ...from, hop: state.hop?.hop ?? 0, attempt: job.attempt });
  try {
    await bundleWork(ports, from, work.commit, BUNDLE);
  } catch (error) {
    const why = messageOf(error);
    return { said: redact(`The work could not be kept: ${why}.`), onHead: false };
  }
  const command = fetchBundle(job.runId, artifact, BUNDLE).join(" && ");
  return {
    said: `The work is in ${BUNDLE} of the artifact ${artifact}.`,
    onHead: false,
    fetch: { command, why: "have the work in your clone, on branch attractor-work" },
  };
}
