/** Takes away what the acceptance made: workflow runs with all they began, refs, branch; and leaves the hourly workflow as it was. */
import { setTimeout as sleep } from "node:timers/promises";
import { loadConfig } from "../../../engine/config/load.ts";
import { DEFAULT_BRANCH_PREFIX, DEFAULT_REF_PREFIX, runBranch } from "../../../engine/git/names.ts";
import { contents } from "../../../github/api/contents.ts";
import { CLOCK_FILE } from "../../../github/api/sweep-schedule.ts";
import { type GitData, gitData } from "../../../github/ledger/git-data.ts";
import { CONFIG_PATH } from "../../../github/workflows/init-files.ts";
import { deleteRefs } from "../delete-refs.ts";
import { type Caller, pageOf, removeRun, runOf, runsOf, stopRun } from "../probe-run.ts";
import { clockRestored } from "./clock.ts";
import { branchOf } from "./graphs.ts";
import { heardRuns, strangers } from "./heard.ts";
import type { Limits, Made, Playing } from "./playing.ts";
import { isOf, until } from "./watch.ts";

export interface Left {
  readonly refs: readonly string[];
  /** Their pages. */
  readonly runs: readonly string[];
  /** Workflows that were switched off, and could not be switched on again. */
  readonly workflows: readonly string[];
}

/** A hop that was on its way while the others were stopped is found the next time. */
const PASSES = 3;
/** How long after the last end a listening workflow may still begin. */
const HEARD_WITHIN_MS = 20_000;
const NEVER = new AbortController().signal;

/** Never rejects: what could not be taken away is named. */
export async function cleanUp(
  caller: Caller,
  made: Made,
  { limits, progress }: Pick<Playing, "limits" | "progress">,
): Promise<Left> {
  const { github } = caller;
  const git = gitData(github);
  const gone = new Set<number>();
  const heard = new Set<number>();
  // Each end that comes now begins the listening workflow once more, where there is one.
  let ends: number | null = null;
  let heardBy = Number.POSITIVE_INFINITY;
  for (let pass = 0; pass < PASSES || (heard.size < (ends ?? 0) && Date.now() < heardBy); pass++) {
    // Lists lag behind what was just begun.
    if (pass > 0) await sleep(limits.lookEvery);
    const listening = await found(caller, made).catch(() => null);
    for (const id of listening ?? []) heard.add(id);
    if (ends === null && listening !== null) ends = heard.size;
    const ids = [...made.workflowRuns].filter((id) => !gone.has(id));
    const ended = await Promise.all(ids.map((id) => stopped(caller, id, limits)));
    await Promise.all(ids.map(async (id) => (await removeRun(github, id)) && gone.add(id)));
    const now = ids.filter((id, n) => ended[n] && !heard.has(id)).length;
    if (now === 0) continue;
    if (ends !== null) ends += now;
    heardBy = Date.now() + HEARD_WITHIN_MS;
  }
  const all = await refsOf(caller, git, made);
  const refs = await deleteRefs(git, all);
  await clockRestored(github, made).catch(() => undefined);
  const runs = [...made.workflowRuns].filter((id) => !gone.has(id));
  const count = `${gone.size} of ${made.workflowRuns.size} workflow runs, ${all.length - refs.length} of ${all.length} refs`;
  progress(`deleted: ${count}`);
  return {
    refs,
    runs: runs.map((id) => pageOf(github, id)),
    workflows: made.clockSwitchedOff ? [CLOCK_FILE] : [],
  };
}

/** Notes workflow runs that belong to it and that nobody wrote down: hops, dispatches whose answer was lost, and those that heard of an end, which it answers with (null: nobody listens). */
async function found(caller: Caller, made: Made): Promise<readonly number[] | null> {
  const listed = await runsOf(caller);
  const { name } = made;
  if (name !== null)
    for (const run of listed.filter((one) => isOf(name, one))) {
      made.workflowRuns.add(run.id);
      made.runs.add(`r${run.id}`);
    }
  for (const run of listed) if ([...made.runs].some((id) => isOf(id, run))) made.workflowRuns.add(run.id);
  const { since } = made;
  const listening = since === null ? null : await heardRuns(caller.github);
  if (since === null || listening === null) return null;
  const strange = strangers(listed, made);
  const heard = listening.filter(({ id }) => id > since);
  // One that skipped its job holds nothing. One that looked at runs may have done so for somebody else's.
  for (const { id, conclusion } of heard) if (conclusion === "skipped" || !strange) made.workflowRuns.add(id);
  return heard.map(({ id }) => id);
}

/** Whether it was not over before. */
async function stopped(
  { github }: Caller,
  id: number,
  { stopped: mostMs, lookEvery }: Limits,
): Promise<boolean> {
  const isOver = async () => ((await runOf(github, id)).status === "completed" ? true : null);
  try {
    if (await isOver()) return false;
    await stopRun(github, id);
    await until(isOver, { stop: NEVER, lookEveryMs: lookEvery, mostMs });
    return true;
  } catch {
    // Whether it is still there its deletion tells.
    return false;
  }
}

async function refsOf(caller: Caller, git: GitData, made: Made): Promise<string[]> {
  const prefix = await branchPrefix(caller);
  const refs = [...made.runs].map((run) => `refs/heads/${runBranch(prefix, run)}`);
  for (const run of made.runs) {
    const listed = await git.matching(`${DEFAULT_REF_PREFIX}/${run}/`).catch(() => new Map<string, string>());
    refs.push(...listed.keys());
  }
  // The last: whoever comes after one that was killed finds the rest by its name.
  return made.name === null ? refs : [...refs, `refs/heads/${branchOf(made.name)}`];
}

async function branchPrefix({ github, branch }: Caller): Promise<string> {
  const text = await contents(github, branch)(CONFIG_PATH).catch(() => null);
  const loaded = text === null ? null : loadConfig(text, CONFIG_PATH);
  return loaded?.ok ? loaded.config.git.run_branch_prefix : DEFAULT_BRANCH_PREFIX;
}

export const leftTogether = (all: readonly Left[]): Left => ({
  refs: all.flatMap(({ refs }) => refs),
  runs: all.flatMap(({ runs }) => runs),
  workflows: all.flatMap(({ workflows }) => workflows),
});
