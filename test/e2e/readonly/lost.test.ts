import { describe, expect, it } from "vitest";
import { gitOf, ledgerOf, story } from "../inspect.ts";
import { loseRunner, runningJob, sweepUntilOver } from "../moments.ts";
import { begin, branchRun } from "./game.ts";

describe("a runner that is lost where stage jobs may write nothing", () => {
  it("R-LIFE-2: in the trunk, the hop is lost with its job, runs again under the next epoch, and the run succeeds", async () => {
    const { s, h, id, run } = await begin("setup");
    const job = await runningJob(s, id, /Trunk/);
    await h.reached("setup");
    await loseRunner(s, job);
    await sweepUntilOver(s, run);
    const log = ledgerOf(s, run);
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(log.filter((event) => event.event === "hop_lost")).toMatchObject([{ hop: 1, epoch: 1 }]);
    expect(log.find((event) => event.event === "hop_planned" && event.epoch === 2)).toMatchObject({ hop: 1 });
    expect(gitOf(s, "show", `refs/heads/attractor/run/${run}:setup.txt`)).toBe("setup\n");
  }, 240_000);

  it("R-LIFE-3: in a branch, the branch fails with a cause that names it and the others' results stand", async () => {
    const { s, h, run } = await begin("dungeon");
    const second = await branchRun(s);
    const job = await runningJob(s, second, /Branches \(01/);
    await h.reached("dungeon");
    await loseRunner(s, job);
    await sweepUntilOver(s, run);
    const log = ledgerOf(s, run);
    const branches = log.flatMap((event) => (event.event === "branch_completed" ? [event] : []));
    expect(branches, story(s)).toMatchObject([
      { branch_key: "par/v1/01-dungeon", status: "fail", failure_class: "transient_infra" },
      { branch_key: "par/v1/02-monsters", status: "success" },
    ]);
    expect(branches[0]?.failure_reason).toContain(
      "branch par/v1/01-dungeon brought no result: its job left no log",
    );
    expect(log.at(-1)).toMatchObject({ event: "run_failed" });
  }, 240_000);

  it("R-FAN-12: in settle, the next epoch takes over what trunk and branches had finished and repeats none of it", async () => {
    const { s, id, run, times } = await begin(null);
    await loseRunner(s, await runningJob(s, id, /Settle/));
    const swept = sweepUntilOver(s, run);
    await loseRunner(s, await runningJob(s, await branchRun(s), /Settle/));
    await swept;
    const log = ledgerOf(s, run);
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(log.filter((event) => event.event === "hop_lost")).toHaveLength(2);
    expect(["setup", "dungeon", "monsters"].map(times), story(s)).toEqual([1, 1, 1]);
  }, 300_000);
});
