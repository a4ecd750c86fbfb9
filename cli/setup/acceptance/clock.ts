/** Whether a job's token may enable a workflow, and disable it: the hourly one is switched off before the run, so that a job must have done it. */
import { DEFAULT_REF_PREFIX } from "../../../engine/git/names.ts";
import type { GitHub } from "../../../github/api/request.ts";
import { CLOCK_FILE, clockState, switchClock } from "../../../github/api/sweep-schedule.ts";
import { gitData, statusOf } from "../../../github/ledger/git-data.ts";
import type { ProbeRun } from "../probe-run.ts";
import type { See } from "./assumptions.ts";
import { heardRuns } from "./heard.ts";
import type { Made, Playing } from "./playing.ts";
import { within } from "./watch.ts";

/** Answers with how to look at it while a question waits. */
export async function clockOff(
  { caller: { github }, made }: Playing,
  see: See,
): Promise<() => Promise<void>> {
  const before = await clockState(github);
  const unasked = (why: string) => async (): Promise<void> => see("clock", null, why);
  if (before === null) return unasked(`${CLOCK_FILE} is not on the default branch`);
  if (before === "active" && !(await switchedOff(github, made)))
    return unasked("this token may not switch workflows off");
  return async () => {
    const now = await clockState(github);
    see("clock", now === "active", `while a question waits, ${CLOCK_FILE} is ${now}`);
  };
}

async function switchedOff(github: GitHub, made: Made): Promise<boolean> {
  // Before it is asked: an answer that is lost may have been a yes.
  made.clockSwitchedOff = true;
  try {
    await switchClock(github, "disable");
    return true;
  } catch (error) {
    if (statusOf(error) !== 403) throw error;
    made.clockSwitchedOff = false;
    return false;
  }
}

/** On again before the last run of it ends, whoever switches it on. */
export async function clockOn(github: GitHub, made: Made): Promise<void> {
  if (made.clockSwitchedOff) await switchClock(github, "enable");
}

/** The end of `last`, which was cancelled, begins a sweep, and that finds no open run. */
export async function clockOffSeen(playing: Playing, last: ProbeRun, see: See): Promise<void> {
  const { caller, limits } = playing;
  const { github } = caller;
  if ((await clockState(github)) === null)
    return see("clock_off", null, `${CLOCK_FILE} is not on the default branch`);
  const sweep = async () =>
    ((await heardRuns(github)) ?? []).find(
      ({ created_at, conclusion }) => created_at >= last.updated_at && conclusion !== "skipped",
    );
  const begun = await within(playing, limits.heard, async () => (await sweep()) ?? null);
  const over =
    begun && (await within(playing, limits.run, async () => ((await sweep())?.conclusion ? true : null)));
  if (!over) return see("clock_off", null, "no sweep came to its end after the cancel");
  const refs = await gitData(github).matching(`${DEFAULT_REF_PREFIX}/`);
  if ([...refs.keys()].some((ref) => ref.endsWith("/open"))) return see("clock_off", null, "a run is open");
  const now = await clockState(github);
  see("clock_off", now !== "active", `after the sweep ${CLOCK_FILE} is ${now}`);
}

/** The sweep after a cancelled run may have switched it off as well, which is its business; an hour later it does so again. */
export async function clockRestored(github: GitHub, made: Made): Promise<void> {
  await clockOn(github, made);
  made.clockSwitchedOff = false;
}
