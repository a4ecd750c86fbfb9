/** Work that the remote did not take: what the log says of it, and that it is left among the job's results. */
import type { BodyOf, EventBody } from "../../engine/core/events.ts";
import { artifactName } from "../../engine/git/names.ts";
import type { RefusedFrom, WorkPorts } from "./rejected-from.ts";

const FILE = "work.bundle";

export interface RefusedWork {
  /** What the log says once the remote has refused: the run ends, or the branch does. */
  event(why: string): EventBody;
  /** Leaves the work where it stands at the job's end; says where it is, null when nothing was refused. */
  leave(commit: string | null): Promise<string | null>;
}

export function rejectedPush(ports: WorkPorts, from: RefusedFrom): RefusedWork {
  const { job } = ports;
  const artifact = artifactName({ ...from, attempt: job.attempt });
  let refusal: string | null = null;
  return {
    event(why) {
      refusal = why;
      const end = refusedEnd(why, FILE, artifact);
      return from.focus === undefined
        ? end
        : { event: "warning", branch_key: from.focus, code: WORK_REFUSED, message: end.reason };
    },
    async leave(commit) {
      if (refusal === null) return null;
      const { leaveWork } = await import("./rejected-work.ts");
      return await leaveWork(ports, from, commit, { file: FILE, artifact, refusal });
    },
  };
}

/** Without its work the log names what nobody has: the run ends with the remote's words. */
export const refusedEnd = (why: string, file: string, artifact: string): BodyOf<"run_aborted"> => ({
  event: "run_aborted",
  reason: `the work of the stages was refused: ${why.trim()}; it is in ${file} of the artifact ${artifact}`,
  failure_class: "deterministic",
  by: "the job",
});

/** In a leg's log; the job that takes the branch in ends it with this message. */
export const WORK_REFUSED = "work_refused";
