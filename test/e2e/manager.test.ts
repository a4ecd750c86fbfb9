import { describe, expect, it } from "vitest";
import type { EventOf, RunEvent } from "../../engine/core/events.ts";
import { serve } from "./app.ts";
import { allRuns, gitOf, ledgerOf, story } from "./inspect.ts";
import { openPull } from "./pull.ts";
import { EARS, type Scene, scene } from "./support.ts";

const PARENT = `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  plan [shape=parallelogram, tool_command="echo plan > plan.txt"]
  watch [shape=house, "stack.child_dotfile"="graphs/level.dot"]
  ship [shape=parallelogram, tool_command="cat plan.txt"]
  start -> plan -> watch; watch -> ship [condition="outcome=success"]; ship -> exit
}`;
const child = (second: string) => `digraph level { graph [goal="Build a level"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  walls [shape=parallelogram, tool_command="cat plan.txt > walls.txt"]
  doors [shape=parallelogram, tool_command="${second}"]
  start -> walls; walls -> doors [condition="outcome=success"]; doors -> exit [condition="outcome=success"]
}`;
const GATED = `digraph level { graph [goal="Build a level"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  ask [shape=hexagon, label="Which?"]; start -> ask; ask -> exit [label="[Y] Yes"]
}`;

const endOf = (log: readonly RunEvent[], node: string) =>
  log.find(
    (line): line is EventOf<"stage_attempt_end"> =>
      line.event === "stage_attempt_end" && line.node_id === node,
  );

async function onPull(files: Record<string, string>) {
  const s = await scene({ "graphs/game.dot": PARENT, ...files });
  const { say } = await openPull(s);
  return { s, say };
}

const openRefs = (s: Scene): string[] =>
  gitOf(s, "for-each-ref", "--format=%(refname)", "refs/attractor")
    .split("\n")
    .filter((ref) => ref.endsWith("/open"));

describe("a manager loop on GitHub", () => {
  it("R-GH-16: by the workflow alone, with read-only stages: its child is a run with hops of its own, on its work, and it goes on after", async () => {
    const files = { "graphs/game.dot": PARENT, "graphs/level.dot": child("cat walls.txt") };
    const s = await scene(files, { jobs: { contents: "read" } });
    const run = `r${await s.dispatch({ graph: "graphs/game.dot" })}`;
    const level = `${run}-watch-v1a1`;
    expect(
      (await allRuns(s)).map(({ title, conclusion }) => [title, conclusion]),
      story(s),
    ).toEqual([
      [`Attractor graphs/game.dot ${run}`, "success"],
      [`Attractor ${level} hop 1.1`, "success"],
      [`Attractor ${run} hop 2.2`, "success"],
    ]);
    const log = ledgerOf(s, run);
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(endOf(log, "watch")).toMatchObject({
      status: "success",
      context_updates: { "stack.child.status": "completed" },
    });
    const below = ledgerOf(s, level);
    expect(below[0]).toMatchObject({
      coordinator: "workflow",
      parent: { run_id: run, node: "watch" },
      base_sha: endOf(log, "plan")?.commit,
    });
    expect(below.at(-1)).toMatchObject({ event: "run_completed" });
    expect(gitOf(s, "show", `attractor/run/${level}:walls.txt`)).toBe("plan\n");
    expect(openRefs(s)).toEqual([]);
    s.box.assertClean();
  }, 180_000);

  it("R-GH-16: a child that fails is its manager's failure, with the child's own cause", async () => {
    const s = await scene({
      "graphs/game.dot": PARENT,
      "graphs/level.dot": child("echo 'no such hinge' >&2; exit 1"),
    });
    const run = `r${await s.dispatch({ graph: "graphs/game.dot" })}`;
    await allRuns(s);
    expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({
      event: "run_failed",
      failed_node: "watch",
      failure_reason: expect.stringMatching(/^Child failed: .*no such hinge/s),
      cause: { node_id: "doors", reason: expect.stringContaining("no such hinge") },
    });
    expect(openRefs(s)).toEqual([]);
    // The parent ended in the child's settle, which publishes its work too.
    expect(gitOf(s, "show", `attractor/run/${run}:plan.txt`)).toBe("plan\n");
  }, 180_000);

  it("R-GH-16: no job waits with a child that asks, and cancel of the parent ends both", async () => {
    const { s, say } = await onPull({ "graphs/level.dot": GATED, ...EARS });
    const run = await say("/attractor run graphs/game.dot");
    const level = `${run}-watch-v1a1`;
    await allRuns(s);
    expect(ledgerOf(s, level).at(-1), story(s)).toMatchObject({ event: "human_gate_waiting" });
    expect(ledgerOf(s, run).at(-1)).toMatchObject({ event: "stage_attempt_start", node_id: "watch" });
    await say("/attractor cancel");
    await allRuns(s);
    expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({ event: "run_canceled" });
    expect(ledgerOf(s, level).at(-1), story(s)).toMatchObject({ event: "run_canceled" });
    expect(openRefs(s)).toEqual([]);
  }, 240_000);

  it("R-GH-16: by the app: the child's end is what lets the parent go on", async () => {
    const { s, say } = await onPull({ "graphs/level.dot": child("cat walls.txt") });
    const { failures, settle } = await serve(s);
    const run = await say("/attractor run graphs/game.dot");
    await settle();
    expect(ledgerOf(s, `${run}-watch-v1a1`).at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(endOf(ledgerOf(s, run), "ship")).toMatchObject({ status: "success" });
    expect(failures).toEqual([]);
  }, 240_000);
});
