/** A person presses re-run after the jobs were lost that take in what others left. */
import { describe, expect, it } from "vitest";
import { allRuns, ledgerOf, story } from "../inspect.ts";
import { loseRunner, runningJob, until } from "../moments.ts";
import { begin } from "./game.ts";

/** The branches are over, and nobody took them in. */
async function lost() {
  const begun = await begin(null);
  const { s, id } = begun;
  for (const job of [/Trunk 3/, /Next/]) await loseRunner(s, await runningJob(s, id, job));
  await until(() => s.repository.runs.get(id)?.attempts.at(-1)?.status === "completed");
  return begun;
}

describe("lost trunk jobs where jobs that run stages may only read", () => {
  it("R-GH-6: who runs the failed jobs again repeats nothing that was finished", async () => {
    const { s, id, run, times } = await lost();
    await s.me.request("POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs", {
      ...s.at,
      run_id: id,
    });
    await allRuns(s);
    expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(["setup", "dungeon", "monsters"].map(times)).toEqual([1, 1, 1]);
  }, 240_000);

  it("R-GH-6: who runs all of them again runs the hop again that was not over, under the next epoch, and none before it", async () => {
    const { s, id, run, times } = await lost();
    await s.me.request("POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun", { ...s.at, run_id: id });
    await allRuns(s);
    const log = ledgerOf(s, run);
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(log.filter((event) => event.event === "hop_started" && event.hop === 2)).toMatchObject([
      { epoch: 2, by: { attempt: 1 } },
      { epoch: 3, by: { attempt: 2 } },
    ]);
    expect(["setup", "dungeon", "monsters"].map(times)).toEqual([1, 2, 2]);
  }, 240_000);
});
