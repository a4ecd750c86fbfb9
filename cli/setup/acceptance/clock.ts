/** Whether a job's token may enable a workflow: the hourly one is switched off before the run, so that a job must have done it. */
import { z } from "zod";
import type { GitHub } from "../../../github/api/request.ts";
import { CLOCK_FILE } from "../../../github/api/sweep-schedule.ts";
import { statusOf } from "../../../github/ledger/git-data.ts";
import type { See } from "./assumptions.ts";
import type { Made, Playing } from "./playing.ts";

const WORKFLOW = "/repos/{owner}/{repo}/actions/workflows/{workflow_id}";
const State = z.object({ state: z.string() });
const PLACE = { workflow_id: CLOCK_FILE };

/** null: it is not on the default branch. */
async function stateOf(github: GitHub): Promise<string | null> {
  try {
    return State.parse((await github.request(`GET ${WORKFLOW}`, PLACE)).data).state;
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

/** Answers with how to look at it while a question waits. */
export async function clockOff(
  { caller: { github }, made }: Playing,
  see: See,
): Promise<() => Promise<void>> {
  const before = await stateOf(github);
  const unasked = (why: string) => async (): Promise<void> => see("clock", null, why);
  if (before === null) return unasked(`${CLOCK_FILE} is not on the default branch`);
  if (before === "active" && !(await switchedOff(github, made)))
    return unasked("this token may not switch workflows off");
  return async () => {
    const now = await stateOf(github);
    see("clock", now === "active", `while a question waits, ${CLOCK_FILE} is ${now}`);
  };
}

async function switchedOff(github: GitHub, made: Made): Promise<boolean> {
  // Before it is asked: an answer that is lost may have been a yes.
  made.clockSwitchedOff = true;
  try {
    await github.request(`PUT ${WORKFLOW}/disable`, PLACE);
    return true;
  } catch (error) {
    if (statusOf(error) !== 403) throw error;
    made.clockSwitchedOff = false;
    return false;
  }
}

/** The sweep after a cancelled run may have switched it off as well, which is its business; an hour later it does so again. */
export async function clockRestored(github: GitHub, made: Made): Promise<void> {
  if (!made.clockSwitchedOff) return;
  await github.request(`PUT ${WORKFLOW}/enable`, PLACE);
  made.clockSwitchedOff = false;
}
