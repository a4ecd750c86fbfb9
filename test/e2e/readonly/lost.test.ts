import { describe, expect, it } from "vitest";
import { allRuns, gitOf, ledgerOf, story } from "../inspect.ts";
import { loseRunner, runningJob } from "../moments.ts";
import { begin } from "./game.ts";

describe("a runner that is lost where jobs that run stages may only read", () => {
  it("R-LIFE-2: with the trunk's turn, its stages run again in the next round, and the run succeeds", async () => {
    const { s, h, id, run } = await begin("setup");
    const job = await runningJob(s, id, /Branches 1 \(00 Trunk\)/);
    await h.reached("setup");
    await loseRunner(s, job);
    await allRuns(s);
    const log = ledgerOf(s, run);
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(log.filter((event) => event.event === "hop_settled").slice(0, 2)).toMatchObject([
      { hop: 1, epoch: 1 },
      { hop: 2, epoch: 2 },
    ]);
    expect(gitOf(s, "show", `refs/heads/attractor/run/${run}:setup.txt`)).toBe("setup\n");
  }, 240_000);

  it("R-LIFE-3: in a branch, the branch fails with a cause that names it and the others' results stand", async () => {
    const { s, h, id, run } = await begin("dungeon");
    const job = await runningJob(s, id, /Branches 2 \(01/);
    await h.reached("dungeon");
    await loseRunner(s, job);
    await allRuns(s);
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

  it("R-FAN-12: in the trunk job that takes them in, Next takes what turn and branches had finished and repeats none of it", async () => {
    const { s, id, run, times } = await begin(null);
    await loseRunner(s, await runningJob(s, id, /Trunk 2/));
    await allRuns(s);
    const log = ledgerOf(s, run);
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(log.filter((event) => event.event === "hop_lost")).toEqual([]);
    expect(["setup", "dungeon", "monsters"].map(times), story(s)).toEqual([1, 1, 1]);
  }, 300_000);
});
