/** The log and work of the trunk's turn as they are taken from a job that could write nothing: like a branch's, believed in nothing unchecked. */

import type { EventBody, RunEvent } from "../../engine/core/events.ts";
import { parseEvent } from "../../engine/core/events.ts";
import { retrace } from "../../engine/core/retrace.ts";
import type { RunState } from "../../engine/core/state.ts";
import { isAncestor, isOid } from "../../engine/git/objects.ts";
import type { Git } from "../../engine/git/process.ts";
import type { LegResult } from "./branch-result.ts";
import type { ClaimedHop } from "./claim.ts";
import type { Collected } from "./collect.ts";
import { commitProblem } from "./commit-check.ts";

/** A job of six hours, with stages of a second. */
const MOST_EVENTS = 100_000;

/** `from`: the run as it was when the turn was handed on, a state of its own. `base`: where the trunk's work stood then. */
export async function collectTrunk(
  git: Git,
  held: ClaimedHop,
  from: RunState,
  base: string | null,
  brought: LegResult,
): Promise<Collected> {
  const refuse = (why: string): Collected => ({ events: [abort(why)], commit: null, refused: true });
  if ("problem" in brought) return refuse(brought.problem);
  const read = eventsOf(brought.events);
  if (typeof read === "string") return refuse(read);
  const { events, problem } = retrace(held.pipeline, from, read);
  // A run that is stopped ends whatever its trunk says: what follows so far is kept.
  if (problem !== null && held.state.stop === null) return refuse(`its log cannot be: ${problem}`);
  const commits = new Set(events.flatMap((event) => ("commit" in event && event.commit) || []));
  for (const commit of commits) {
    if (commit === base) continue;
    const there = brought.work !== null && isOid(commit) && (await isAncestor(git, commit, brought.work));
    if (!there) return refuse(`it names commit ${JSON.stringify(commit.slice(0, 12))}, but did not bring it`);
  }
  const last = [...commits].at(-1) ?? null;
  if (last === null || last === base) return { events, commit: null, refused: false };
  const unfit = await commitProblem(git, base, last, brought.work);
  return unfit === null ? { events, commit: last, refused: false } : refuse(unfit);
}

function eventsOf(lines: readonly unknown[]): RunEvent[] | string {
  if (lines.length > MOST_EVENTS)
    return `its log has ${lines.length} lines; at most ${MOST_EVENTS} are taken`;
  try {
    return lines.map(parseEvent).filter(({ event }) => event !== "stage_heartbeat");
  } catch (error) {
    return `its log holds a line that is no event: ${String(error).slice(0, 300)}`;
  }
}

/** Nobody can tell what its stages did, and the next try would meet the same: the run ends and says why. */
const abort = (why: string): EventBody => ({
  event: "run_aborted",
  reason: `what the trunk's turn brought was refused: ${why}`,
  failure_class: "deterministic",
  by: "settle",
});
