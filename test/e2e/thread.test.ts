import { describe, expect, it } from "vitest";
import { allRuns, ledgerOf, story } from "./inspect.ts";
import { scene } from "./support.ts";

const GRAPH = `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  gate [shape=parallelogram, tool_command="command -v bash"]
  par [shape=component]; join [shape=tripleoctagon, merge=all]
  dungeon [shape=parallelogram, tool_command="echo D > dungeon.txt"]
  monsters [shape=parallelogram, tool_command="echo M > monsters.txt"]
  verify [shape=parallelogram, tool_command="cat dungeon.txt monsters.txt"]
  start -> gate; gate -> par [condition="outcome=success"]; gate -> exit [condition="outcome=fail"]
  par -> dungeon -> join; par -> monsters -> join; join -> verify
  verify -> exit
}`;

describe("a run as hops on GitHub", () => {
  it("R-GH-1: a graph with a fan-out goes from dispatch to its end, each branch a matrix job", async () => {
    const s = await scene({ "graphs/game.dot": GRAPH });
    const id = await s.dispatch({ graph: "graphs/game.dot" });
    const runs = await allRuns(s);
    expect(
      runs.map((run) => run.conclusion),
      story(s),
    ).toEqual(["success"]);
    const log = ledgerOf(s, `r${id}`);
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
    s.box.assertClean();
  }, 120_000);
});
