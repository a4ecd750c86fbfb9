/** A person presses re-run after settle was lost. */
import { describe, expect, it } from "vitest";
import { allRuns, ledgerOf, story } from "../inspect.ts";
import { loseRunner, runningJob, until } from "../moments.ts";
import { begin, branchRun } from "./game.ts";

async function failedJobsAgain(): Promise<void> {
  const { s, run, times } = await begin(null);
  const second = await branchRun(s);
  await loseRunner(s, await runningJob(s, second, /Settle/));
  await until(() => s.repository.runs.get(second)?.attempts.at(-1)?.status === "completed");
  await s.me.request("POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs", {
    ...s.at,
    run_id: second,
  });
  await allRuns(s);
  expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({ event: "run_completed" });
  expect([times("dungeon"), times("monsters")]).toEqual([1, 1]);
}

async function wholeRunAgain(): Promise<void> {
  const { s, run, times } = await begin(null);
  const second = await branchRun(s);
  await loseRunner(s, await runningJob(s, second, /Settle/));
  await until(() => s.repository.runs.get(second)?.attempts.at(-1)?.status === "completed");
  await s.me.request("POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun", { ...s.at, run_id: second });
  await allRuns(s);
  const log = ledgerOf(s, run);
  expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
  expect(log.filter((event) => event.event === "hop_started" && event.hop === 2)).toMatchObject([
    { epoch: 2, by: { attempt: 1 } },
    { epoch: 3, by: { attempt: 2 } },
  ]);
  expect([times("dungeon"), times("monsters")]).toEqual([1, 1]);
}

const WAYS = [
  { what: "the failed job", play: failedJobsAgain },
  { what: "the whole of the unsettled hop", play: wholeRunAgain },
];

describe("a lost settle where stage jobs may write nothing", () => {
  it.each(WAYS)("R-GH-6: who runs $what again repeats nothing that was finished", ({ play }) =>
    expect(play()).resolves.toBeUndefined(),
  );
});
