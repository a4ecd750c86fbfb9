import { describe, expect, it } from "vitest";
import { serve } from "../app.ts";
import { gitOf, ledgerOf, story } from "../inspect.ts";
import { openPull } from "../pull.ts";
import { scene } from "../support.ts";

const GRAPH = `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  par [shape=component]; join [shape=tripleoctagon, merge=all]
  dungeon [shape=parallelogram, tool_command="echo D > dungeon.txt"]
  deep [shape=hexagon, label="Deep enough?"]
  light [shape=parallelogram, tool_command="cat dungeon.txt"]
  monsters [shape=parallelogram, tool_command="echo M > monsters.txt"]
  ship [shape=parallelogram, tool_command="cat dungeon.txt monsters.txt"]
  start -> par; par -> dungeon; dungeon -> deep; deep -> light [label="[Y] Yes"]; deep -> dungeon [label="[N] No"]; light -> join
  par -> monsters -> join; join -> ship; ship -> exit
}`;

describe("a question inside a branch whose job may write nothing", () => {
  it("R-GH-7: holds no runner; once answered on the pull request the branch goes on in a later hop with the work it had", async () => {
    const s = await scene({ "graphs/game.dot": GRAPH }, { jobs: { contents: "read" } });
    const { failures, settle } = await serve(s);
    const { say } = await openPull(s, { settle });
    const run = await say("/attractor run graphs/game.dot");
    expect(failures).toEqual([]);
    const waiting = ledgerOf(s, run).findLast((event) => event.event === "human_gate_waiting");
    expect(waiting, story(s)).toMatchObject({ branch_key: "par/v1/01-dungeon", node_id: "deep" });
    await say("/attractor choose deep Yes");
    expect(failures).toEqual([]);
    const log = ledgerOf(s, run);
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
    const ran = log.flatMap((event) => (event.event === "stage_attempt_end" ? [event.node_id] : []));
    expect(ran.filter((node) => ["dungeon", "light", "monsters", "ship"].includes(node)).sort()).toEqual([
      "dungeon",
      "light",
      "monsters",
      "ship",
    ]);
    expect(gitOf(s, "show", `refs/attractor/${run}/code:dungeon.txt`)).toBe("D\n");
    s.box.assertClean();
  }, 300_000);
});
