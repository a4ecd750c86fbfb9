import { describe, expect, it } from "vitest";
import { allRuns, ledgerOf, story } from "../inspect.ts";
import { scene } from "../support.ts";

const GRAPH = `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  build [shape=parallelogram, tool_command="echo built > built.txt"]
  review [shape=hexagon, label="Ship the game?"]
  ship [shape=parallelogram, tool_command="cat built.txt"]
  start -> build; build -> review; review -> ship [label="[S] Ship"]; review -> exit [label="[D] Drop"]; ship -> exit
}`;

describe("a command in the dispatch form of a caller whose stage jobs may write nothing", () => {
  it("R-GH-7: answers the question, and the run goes on to its end", async () => {
    const s = await scene({ "graphs/game.dot": GRAPH }, { jobs: { contents: "read" } });
    const id = await s.dispatch({ graph: "graphs/game.dot" });
    await allRuns(s);
    expect(ledgerOf(s, `r${id}`).at(-1), story(s)).toMatchObject({ event: "human_gate_waiting" });
    await s.dispatch({ command: "choose review S" });
    const runs = await allRuns(s);
    expect(runs.map(({ conclusion }) => conclusion)).toEqual(Array(runs.length).fill("success"));
    expect(ledgerOf(s, `r${id}`).at(-1), story(s)).toMatchObject({ event: "run_completed" });
  });
});
