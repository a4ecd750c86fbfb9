/** Whether the end of a workflow run that a job dispatched is heard: each end begins the listening workflow, if only to skip its job. */
import type { GitHub } from "../../../github/api/request.ts";
import { statusOf } from "../../../github/ledger/git-data.ts";
import { COORDINATOR_PATH } from "../../../github/workflows/init-files.ts";
import { type ProbeRun, runsOf } from "../probe-run.ts";
import type { See } from "./assumptions.ts";
import type { Made, Playing } from "./playing.ts";
import { within } from "./watch.ts";

const LISTENING = COORDINATOR_PATH.split("/").at(-1) ?? "";

/** null: nobody listens, the file is not on the default branch. */
export async function heardRuns(github: GitHub): Promise<ProbeRun[] | null> {
  try {
    return await runsOf({ github, workflow: LISTENING }, "workflow_run");
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

/** Whether the caller ran for somebody else in that time. */
export const strangers = (listed: readonly ProbeRun[], { since, workflowRuns }: Made): boolean =>
  listed.some(({ id }) => since !== null && id > since && !workflowRuns.has(id));

/** Once the first workflow run is over, which a person dispatched: that is known to be heard. */
export async function firstHeard(playing: Playing, first: ProbeRun): Promise<number | null> {
  const { github } = playing.caller;
  if ((await heardRuns(github)) === null) return null;
  return within(playing, playing.limits.heard, async () => {
    const found = (await heardRuns(github)) ?? [];
    // The probe's end was heard before this one.
    return found.find(({ created_at }) => created_at >= first.updated_at)?.id ?? null;
  });
}

/** After the end of the command's workflow run and of the one that its job dispatched: two more must come. */
export async function laterHeard(playing: Playing, before: number | null, see: See): Promise<void> {
  const { caller, made, limits } = playing;
  if (before === null)
    return see("workflow_run", null, "nobody listens: not even the end of a dispatch by a person was heard");
  const more = async () => ((await heardRuns(caller.github)) ?? []).filter(({ id }) => id > before).length;
  const heard = await within(playing, limits.heard, async () => ((await more()) >= 2 ? true : null));
  if (strangers(await runsOf(caller), made))
    return see("workflow_run", null, "other runs went on at the same time: their ends are heard too");
  see(
    "workflow_run",
    heard === true,
    heard === true ? "both ends were heard" : "the end of the command's was heard, the other was not",
  );
}
