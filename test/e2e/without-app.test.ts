import { describe, expect, it } from "vitest";
import { allRuns, gitOf, ledgerOf, story } from "./inspect.ts";
import { openPull } from "./pull.ts";
import { EARS, type Scene, scene } from "./support.ts";

const GRAPH = `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  build [shape=parallelogram, tool_command="echo built > built.txt"]
  review [shape=hexagon, label="Ship the game?"]
  ship [shape=parallelogram, tool_command="cat built.txt"]
  start -> build; build -> review; review -> ship [label="[S] Ship"]; review -> exit [label="[D] Drop"]; ship -> exit
}`;

describe("a repository without the app", () => {
  it("R-GH-5: a comment starts a run, another answers its question, and the workflow is the coordinator", async () => {
    const s = await scene({ "graphs/game.dot": GRAPH, ...EARS });
    const { say } = await openPull(s, { settle: () => allRuns(s) });
    const run = await say("/attractor run graphs/game.dot");
    expect(openRuns(s), `${story(s)} ${JSON.stringify(s.box.requests.slice(-6))}`).toEqual([run]);
    expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({ event: "human_gate_waiting" });
    await say("Looks good to me");
    const waits = ledgerOf(s, run).at(-1) as { gate: string };
    await say(`/attractor choose ${waits.gate} Ship`);
    expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(ledgerOf(s, run)[0]).toMatchObject({ coordinator: "workflow" });
    const comments = [...s.repository.comments.values()].map((one) => one.body);
    expect(comments.filter((body) => body.startsWith("<!--"))).toEqual([
      expect.stringContaining("succeeded"),
    ]);
    expect(openRuns(s)).toEqual([]);
  }, 240_000);
});

const openRuns = (s: Scene): string[] =>
  gitOf(s, "for-each-ref", "--format=%(refname)", "refs/attractor")
    .split("\n")
    .flatMap((ref) => /^refs\/attractor\/([^/]+)\/open$/.exec(ref)?.[1] ?? []);
