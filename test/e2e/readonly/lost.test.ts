import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { allRuns, gitOf, ledgerOf, story } from "../inspect.ts";
import { type Holds, holds, loseRunner, runningJob, sweepUntilOver, until } from "../moments.ts";
import { type Scene, scene } from "../support.ts";

const graph = (h: Holds) => `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  setup [shape=parallelogram, tool_command="${h.command("setup")}"]
  par [shape=component]; join [shape=tripleoctagon, merge=all]
  dungeon [shape=parallelogram, tool_command="${h.command("dungeon")}"]
  monsters [shape=parallelogram, tool_command="${h.command("monsters")}"]
  verify [shape=parallelogram, tool_command="cat setup.txt dungeon.txt monsters.txt"]
  start -> setup; setup -> par; par -> dungeon -> join; par -> monsters -> join; join -> verify; verify -> exit
}`;

interface Begun {
  readonly s: Scene;
  readonly h: Holds;
  readonly id: number;
  readonly run: string;
  /** How often the stage's command ran, whatever the ledger says. */
  times(node: string): number;
}

async function begin(held: string | null): Promise<Begun> {
  const h = await holds();
  const folder = mkdtempSync(join(tmpdir(), "attractor-times-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const command = (node: string) =>
    node === held ? h.command(node) : `echo x >> ${folder}/${node}; echo ${node} > ${node}.txt`;
  const s = await scene({ "graphs/game.dot": graph({ ...h, command }) }, { durability: "job" });
  const id = await s.dispatch({ graph: "graphs/game.dot" });
  const times = (node: string) => readFileSync(join(folder, node), "utf8").split("\n").length - 1;
  return { s, h, id, run: `r${id}`, times };
}

/** The workflow run that runs the branches: the second hop's. */
async function branchRun(s: Scene): Promise<number> {
  let found: number | undefined;
  await until(() => {
    found = [...s.repository.runs.values()].find((run) =>
      run.attempts.at(-1)?.jobs.some((job) => /Branch 01/.test(job.name) && job.status !== "completed"),
    )?.id;
    return found !== undefined;
  });
  return found as number;
}

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
    const job = await runningJob(s, second, /Branch 01/);
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

  it("R-GH-6: in settle, who presses re-run on the failed job takes what the branches left and repeats none of it", async () => {
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
  }, 240_000);

  it("R-GH-6: in settle, who runs the whole of the unsettled hop again repeats nothing that was finished", async () => {
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
