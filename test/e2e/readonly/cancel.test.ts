import { describe, expect, it } from "vitest";
import { allRuns, ledgerOf, story } from "../inspect.ts";
import { artifactsOf, holds, runningJob } from "../moments.ts";
import { scene } from "../support.ts";

describe("a workflow run that is cancelled where stage jobs may write nothing", () => {
  it("R-LIFE-6, R-GH-2: in the trunk, ends as canceled with what ran recorded, its final an artifact, and nothing planned", async () => {
    const h = await holds();
    const s = await scene(
      {
        "graphs/game.dot": `digraph game { graph [goal="Build the game"]
          start [shape=Mdiamond]; exit [shape=Msquare]
          first [shape=parallelogram, tool_command="echo 1 > first.txt"]
          dungeon [shape=parallelogram, tool_command="${h.command("dungeon")}"]
          start -> first; first -> dungeon; dungeon -> exit }`,
      },
      { jobs: { contents: "read" } },
    );
    const id = await s.dispatch({ graph: "graphs/game.dot" });
    const run = `r${id}`;
    await runningJob(s, id, /00 Trunk/);
    await h.reached("dungeon");
    s.executor.cancel(id, "cancel");
    expect((await allRuns(s)).map((each) => each.conclusion)).toEqual(["cancelled"]);
    const log = ledgerOf(s, run);
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_canceled", status: "canceled" });
    const ends = log.flatMap((event) => (event.event === "stage_attempt_end" ? [event] : []));
    expect(ends.filter(({ node_id: node }) => node === "first")).toMatchObject([{ status: "success" }]);
    expect(ends.filter(({ node_id: node }) => node === "dungeon")).toHaveLength(1);
    expect(artifactsOf(s)).toEqual([
      `attractor-parcel-${run}-h1-e1-trunk-a1`,
      `attractor-${run}-h1-canceled-a1`,
      `attractor-${run}-h1-trunk-a1`,
    ]);
  }, 240_000);

  it("R-LIFE-6: in a branch, ends as canceled and plans nothing", async () => {
    const h = await holds();
    const s = await scene(
      {
        "graphs/game.dot": `digraph game { graph [goal="Build the game"]
          start [shape=Mdiamond]; exit [shape=Msquare]
          par [shape=component]; join [shape=tripleoctagon]
          dungeon [shape=parallelogram, tool_command="${h.command("dungeon")}"]
          monsters [shape=parallelogram, tool_command="true"]
          start -> par; par -> dungeon -> join; par -> monsters -> join; join -> exit }`,
      },
      { jobs: { contents: "read" } },
    );
    const id = await s.dispatch({ graph: "graphs/game.dot" });
    await h.reached("dungeon");
    s.executor.cancel(id, "cancel");
    expect((await allRuns(s)).map((each) => each.conclusion)).toEqual(["cancelled"]);
    expect(ledgerOf(s, `r${id}`).at(-1), story(s)).toMatchObject({ event: "run_canceled" });
  }, 240_000);
});
