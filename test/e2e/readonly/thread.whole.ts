import { describe, expect, it } from "vitest";
import { allRuns, gitOf, ledgerOf, story } from "../inspect.ts";
import { artifactsOf } from "../moments.ts";
import { scene } from "../support.ts";

const GRAPH = `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  setup [shape=parallelogram, tool_command="echo S > setup.txt"]
  par [shape=component]; join [shape=tripleoctagon, merge=all]
  dungeon [shape=parallelogram, tool_command="cat setup.txt && echo D > dungeon.txt"]
  monsters [shape=parallelogram, tool_command="echo M > monsters.txt"]
  verify [shape=parallelogram, tool_command="cat setup.txt dungeon.txt monsters.txt"]
  start -> setup; setup -> par
  par -> dungeon -> join; par -> monsters -> join; join -> verify; verify -> exit
}`;

describe("a run whose stage jobs may write nothing", () => {
  it("R-GH-1, R-GH-2: goes from dispatch to its end, each branch a matrix job, all work by artifact", async () => {
    const s = await scene({ "graphs/game.dot": GRAPH }, { jobs: { contents: "read" } });
    const id = await s.dispatch({ graph: "graphs/game.dot" });
    const run = `r${id}`;
    const runs = await allRuns(s);
    expect(
      runs.map(({ conclusion }) => conclusion),
      story(s),
    ).toEqual(["success"]);
    const log = ledgerOf(s, run);
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(log[0]).toMatchObject({ github: { durability: "job" } });
    expect(gitOf(s, "ls-tree", "--name-only", `refs/heads/attractor/run/${run}`).split("\n")).toEqual(
      expect.arrayContaining(["setup.txt", "dungeon.txt", "monsters.txt"]),
    );
    expect(
      gitOf(s, "for-each-ref", "--format=%(refname)", `refs/attractor/${run}`).trim().split("\n"),
    ).toEqual(["code", "kept", "trunk"].map((name) => `refs/attractor/${run}/${name}`));
    expect(artifactsOf(s).filter((name) => name.includes("parcel"))).toHaveLength(4);
    s.box.assertClean();
  }, 240_000);
});
