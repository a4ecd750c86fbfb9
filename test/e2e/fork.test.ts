import { describe, expect, it } from "vitest";
import { serve } from "./app.ts";
import { gitOf, ledgerOf, story } from "./inspect.ts";
import { openPull } from "./pull.ts";
import { scene } from "./support.ts";

/** Each stage adds its line to one file, so that its content tells what ran on what. */
const GRAPH = `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  par [shape=component]; join [shape=tripleoctagon, merge=all]
  setup [shape=parallelogram, tool_command="echo setup >> told.txt"]
  dungeon [shape=parallelogram, tool_command="echo D > dungeon.txt"]
  monsters [shape=parallelogram, tool_command="echo M > monsters.txt"]
  ship [shape=parallelogram, tool_command="cat dungeon.txt monsters.txt && echo ship >> told.txt"]
  start -> setup; setup -> par; par -> dungeon -> join; par -> monsters -> join; join -> ship; ship -> exit
}`;

describe("forking on the real workflows", () => {
  it("R-GH-4: the new run goes on from the commit that the other one had before that visit, behind its join", async () => {
    const s = await scene({ "graphs/game.dot": GRAPH });
    const { failures, settle } = await serve(s);
    const { say } = await openPull(s, { settle });
    const old = await say("/attractor run graphs/game.dot");
    const run = await say("/attractor fork ship@1");
    expect(failures).toEqual([]);
    const log = ledgerOf(s, run);
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(log.filter((event) => event.event === "hop_started")).toHaveLength(1);
    const told = (of: string) => gitOf(s, "show", `refs/heads/attractor/run/${of}:told.txt`);
    expect([told(old), told(run)]).toEqual(["setup\nship\n", "setup\nship\n"]);
    const common = gitOf(s, "merge-base", `refs/attractor/${old}/code`, `refs/attractor/${run}/code`).trim();
    expect(gitOf(s, "show", `${common}:told.txt`)).toBe("setup\n");
    expect(gitOf(s, "show", `${common}:monsters.txt`)).toBe("M\n");
    s.box.assertClean();
  }, 240_000);
});
