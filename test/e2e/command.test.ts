import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { allRuns, gitOf, ledgerOf, story } from "./inspect.ts";
import { openPull } from "./pull.ts";
import { EARS, type Scene, scene } from "./support.ts";

const GRAPH = `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  build [shape=parallelogram, tool_command="echo built > built.txt"]
  review [shape=hexagon, label="Ship the game?"]
  ship [shape=parallelogram, tool_command="cat built.txt"]
  start -> build; build -> review; review -> ship [label="[S] Ship it, it's done"]; review -> exit [label="[D] Drop"]; ship -> exit
}`;

/** The last job called so, with what its workflow run says. */
function jobOf(s: Scene, id: number, name: string) {
  const job = s.repository.runs.get(id)!.attempts[0]!.jobs.find((one) => one.name === name)!;
  return {
    conclusion: job.conclusion,
    summary: [...job.summaries.values()].join(""),
    said: job.check.annotations.map(({ message }) => message).join("\n"),
  };
}

async function waiting(s: Scene) {
  const id = await s.dispatch({ graph: "graphs/game.dot" });
  await allRuns(s);
  expect(ledgerOf(s, `r${id}`).at(-1), story(s)).toMatchObject({ event: "human_gate_waiting" });
  return { id, run: `r${id}`, next: jobOf(s, id, "Next").summary };
}

async function command(s: Scene, text: string) {
  const id = await s.dispatch({ command: text });
  await allRuns(s);
  return { id, ...jobOf(s, id, "Command") };
}

describe("a command in the dispatch form", () => {
  it("R-GH-7: answers the question of a run that belongs to no pull request, as its summary shows it", async () => {
    const s = await scene({ "graphs/game.dot": GRAPH });
    const { run, next } = await waiting(s);
    const [, shown = ""] = /^(gh workflow run .*Ship.*)$/m.exec(next) ?? [];
    expect(shown, next).toContain("attractor-run.yml");
    // What a shell makes of it.
    const words = execFileSync(
      "sh",
      ["-c", `gh() { for word; do printf '%s\\n' "$word"; done; }; ${shown}`],
      {
        encoding: "utf8",
      },
    ).split("\n");
    const text = words.find((word) => word.startsWith("command="))!.slice("command=".length);
    expect(text).toBe(`choose review/1 [S] Ship it, it's done --run ${run}`);
    const answered = await command(s, text);
    expect(answered.conclusion, story(s)).toBe("success");
    expect(ledgerOf(s, run).find(({ event }) => event === "human_gate_answered")).toMatchObject({
      source: "dispatch",
      by: "ada",
      label: expect.stringContaining("Ship"),
    });
    expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(s.repository.runs.get(answered.id)?.title).toContain("choose review/1");
    // Once: the second is told who was first, in red.
    const again = await command(s, text);
    expect(again).toMatchObject({
      conclusion: "failure",
      said: expect.stringContaining("was answered already"),
    });
  }, 240_000);

  it("R-GH-7: refuses a label that is none, a new run and words that are no command, and nothing runs", async () => {
    const s = await scene({ "graphs/game.dot": GRAPH });
    const { run } = await waiting(s);
    const before = ledgerOf(s, run).length;
    for (const [text, why] of [
      ["choose review Perhaps", /Perhaps/],
      ["run graphs/game.dot", /field for a graph/],
      ["$(touch x); choose", /there is no command/],
    ] as const) {
      const told = await command(s, text);
      expect(told, text).toMatchObject({ conclusion: "failure", said: expect.stringMatching(why) });
    }
    expect(ledgerOf(s, run)).toHaveLength(before);
  }, 240_000);

  it("R-LIFE-6: cancels, resumes and forks what was dispatched", async () => {
    const s = await scene({ "graphs/game.dot": GRAPH });
    const { run } = await waiting(s);
    // Only one is going on, so it need not be named. The run ended here, canceled, and so the page is red.
    expect((await command(s, "/attractor cancel")).conclusion, story(s)).toBe("failure");
    expect(ledgerOf(s, run).at(-1)).toMatchObject({ event: "run_canceled", reason: "canceled by @ada" });
    expect((await command(s, "resume")).said).toContain("no run is going on");
    await command(s, `resume ${run}`);
    expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({ event: "human_gate_waiting" });
    const forked = await command(s, `fork review@1 --run ${run}`);
    expect(ledgerOf(s, `r${forked.id}`)[0]).toMatchObject({ forked_from: { run_id: run, at: "review@1" } });
    expect(ledgerOf(s, `r${forked.id}`).at(-1), story(s)).toMatchObject({ event: "human_gate_waiting" });
    // Now two ask, and neither is guessed.
    expect((await command(s, "choose review Drop")).said).toContain("several runs");
    await command(s, `choose review Drop --run r${forked.id}`);
    await command(s, `choose review Drop --run ${run}`);
    for (const each of [run, `r${forked.id}`])
      expect(ledgerOf(s, each).at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(gitOf(s, "for-each-ref", "refs/attractor/*/open")).toBe("");
    const { summary } = await command(s, `diagnose ${run}`);
    expect(summary).toContain("```mermaid");
  }, 300_000);

  it("R-GH-7: answers about a pull request's run on the head that was asked about, and not once that has moved", async () => {
    const s = await scene({ "graphs/game.dot": GRAPH, ...EARS });
    const { say } = await openPull(s);
    const run = await say("/attractor run graphs/game.dot");
    await allRuns(s);
    const more = { by: s.user, branch: "feature", message: "wip", files: { "wip.txt": "2" } };
    await s.box.commit(s.repository, more);
    const late = await command(s, `choose review S --run ${run}`);
    expect(late, story(s)).toMatchObject({
      conclusion: "failure",
      said: expect.stringContaining("the head moved"),
    });
    // Which also asked it again, about the new one.
    const now = await command(s, `choose review S --run ${run}`);
    expect(now.conclusion, story(s)).toBe("success");
    expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({ event: "run_completed" });
  }, 240_000);
});
