import { describe, expect, it } from "vitest";
import { serve } from "./app.ts";
import { ledgerOf, story } from "./inspect.ts";
import { scene } from "./support.ts";

const GRAPH = `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  par [shape=component]; join [shape=tripleoctagon, merge=all]
  dungeon [shape=parallelogram, tool_command="echo D > dungeon.txt"]
  monsters [shape=parallelogram, tool_command="echo M > monsters.txt"]
  review [shape=hexagon, label="Ship the game?"]
  ship [shape=parallelogram, tool_command="cat dungeon.txt monsters.txt"]
  start -> par; par -> dungeon -> join; par -> monsters -> join; join -> review
  review -> ship [label="[S] Ship"]; review -> exit [label="[D] Drop"]; ship -> exit
}`;

describe("a person's story on a pull request", () => {
  it("R-GH-3: comment, reaction, check, matrix, gate by button, more hops, the end on the PR", async () => {
    const s = await scene({ "graphs/game.dot": GRAPH });
    const { failures, settle } = await serve(s);
    await s.box.commit(s.repository, {
      by: s.user,
      branch: "feature",
      message: "wip",
      files: { "wip.txt": "x" },
    });
    const { data: pull } = await s.me.request("POST /repos/{owner}/{repo}/pulls", {
      ...s.at,
      title: "Game",
      head: "feature",
      base: "main",
    });
    const { data: comment } = await s.me.request(
      "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
      { ...s.at, issue_number: pull.number, body: "/attractor run graphs/game.dot" },
    );
    await settle();
    const run = `c${comment.id}`;
    expect(failures).toEqual([]);
    const waiting = ledgerOf(s, run).at(-1);
    expect(waiting, story(s)).toMatchObject({ event: "human_gate_waiting" });
    const check = [...s.repository.checks.values()].find((one) => one.name.startsWith("attractor:"));
    expect(check).toMatchObject({ conclusion: "action_required" });
    s.box.browser.clickButton(s.user, check!, check!.actions[0]!.identifier);
    await settle();
    expect(failures).toEqual([]);
    expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({ event: "run_completed" });
    const comments = await s.me.request("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...s.at,
      issue_number: pull.number,
    });
    const sticky = comments.data.filter((one) => one.body?.includes(`attractor:run:${run}`));
    expect(sticky).toHaveLength(1);
    s.box.assertClean();
  }, 240_000);
});
