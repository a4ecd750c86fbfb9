import { describe, expect, it } from "vitest";
import { allRuns, gitOf, ledgerOf, story } from "./inspect.ts";
import { type Holds, holds, loseRunner, runningJob, sweepUntilOver } from "./moments.ts";
import { type Scene, scene } from "./support.ts";

const graph = (h: Holds) => `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  setup [shape=parallelogram, tool_command="${h.command("setup")}"]
  par [shape=component]; join [shape=tripleoctagon, merge=all]
  dungeon [shape=parallelogram, tool_command="${h.command("dungeon")}"]
  monsters [shape=parallelogram, tool_command="${h.command("monsters")}"]
  verify [shape=parallelogram, tool_command="cat setup.txt dungeon.txt monsters.txt"]
  start -> setup; setup -> par; par -> dungeon -> join; par -> monsters -> join; join -> verify; verify -> exit
}`;

async function begin(
  free: readonly string[],
  held?: string,
): Promise<{ s: Scene; h: Holds; id: number; run: string }> {
  const h = await holds();
  const passing = {
    ...h,
    command: (node: string) => (free.includes(node) ? `echo ${node} > ${node}.txt` : h.command(node)),
  };
  const text = graph(passing);
  const s = await scene({
    "graphs/game.dot":
      held === undefined ? text : text.replace("cat setup.txt", `${h.command(held)}; cat setup.txt`),
  });
  const id = await s.dispatch({ graph: "graphs/game.dot" });
  return { s, h, id, run: `r${id}` };
}

const endsOf = (s: Scene, run: string, node: string) =>
  ledgerOf(s, run).filter((event) => event.event === "stage_attempt_end" && event.node_id === node);

describe("a runner that is lost", () => {
  it("R-LIFE-2: in the trunk, the stage that ran there runs again in the next hop and the run succeeds", async () => {
    const { s, h, id, run } = await begin(["dungeon", "monsters"]);
    const job = await runningJob(s, id, /Trunk 1/);
    await h.reached("setup");
    await loseRunner(s, job);
    await sweepUntilOver(s, run);
    expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(
      gitOf(s, "for-each-ref", "--format=%(refname)", `refs/attractor/${run}`).split("\n").filter(Boolean),
    ).toEqual([`refs/attractor/${run}/code`, `refs/attractor/${run}/kept`, `refs/attractor/${run}/trunk`]);
  }, 240_000);

  it("R-LIFE-3: in a branch, the branch fails with a cause that names it and the others' results stand", async () => {
    const { s, h, id, run } = await begin(["setup", "monsters"]);
    const job = await runningJob(s, id, /Branches 1 \(01/);
    await h.reached("dungeon");
    await loseRunner(s, job);
    await sweepUntilOver(s, run);
    const log = ledgerOf(s, run);
    const branches = log.flatMap((event) => (event.event === "branch_completed" ? [event] : []));
    expect(branches, story(s)).toMatchObject([
      { branch_key: "par/v1/01-dungeon", status: "fail", failure_class: "transient_infra" },
      { branch_key: "par/v1/02-monsters", status: "success" },
    ]);
    expect(branches[0]?.failure_reason).toContain("branch par/v1/01-dungeon brought no result");
    expect(log.at(-1)).toMatchObject({ event: "run_failed" });
  }, 240_000);

  it("R-LIFE-3: in the trunk job behind the branches, the job after it takes them in and the run goes on", async () => {
    const { s, h, id, run } = await begin(["setup", "dungeon", "monsters"], "verify");
    const job = await runningJob(s, id, /Trunk 2/);
    await h.reached("verify");
    await loseRunner(s, job);
    await allRuns(s);
    const log = ledgerOf(s, run);
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(log.filter((event) => event.event === "hop_lost")).toEqual([]);
    expect(["dungeon", "monsters"].map((node) => endsOf(s, run, node).length)).toEqual([1, 1]);
    // Nobody swept: the workflow run settled itself.
    expect((await allRuns(s)).map(({ conclusion }) => conclusion)).toEqual(["failure", "success"]);
  }, 240_000);

  it("R-FAN-12: in that one and in the one after it, the next epoch takes over what the branches had finished", async () => {
    const { s, id, run } = await begin(["setup", "dungeon", "monsters"]);
    await loseRunner(s, await runningJob(s, id, /Trunk 2/));
    await loseRunner(s, await runningJob(s, id, /Next/));
    await sweepUntilOver(s, run);
    const log = ledgerOf(s, run);
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(log.filter((event) => event.event === "hop_lost")).toHaveLength(1);
    expect([endsOf(s, run, "dungeon").length, endsOf(s, run, "monsters").length]).toEqual([1, 1]);
    expect((await allRuns(s)).length).toBe(2);
  }, 240_000);
});
