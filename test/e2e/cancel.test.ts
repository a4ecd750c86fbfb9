import { describe, expect, it } from "vitest";
import { allRuns, ledgerOf, story } from "./inspect.ts";
import { artifactsOf, type Holds, holds, runningJob, sweepUntilOver, until } from "./moments.ts";
import { scene } from "./support.ts";

const graph = (h: Holds) => `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  par [shape=component]; join [shape=tripleoctagon]
  dungeon [shape=parallelogram, tool_command="${h.command("dungeon")}"]
  monsters [shape=parallelogram, tool_command="true"]
  start -> par; par -> dungeon -> join; par -> monsters -> join; join -> exit
}`;
const serial = (h: Holds) => `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  dungeon [shape=parallelogram, tool_command="${h.command("dungeon")}"]
  start -> dungeon; dungeon -> exit
}`;

async function canceled(text: (h: Holds) => string, job: RegExp, stage: string | null) {
  const h = await holds();
  const s = await scene({ "graphs/game.dot": text(stage === null ? { ...h, command: () => "true" } : h) });
  const id = await s.dispatch({ graph: "graphs/game.dot" });
  await runningJob(s, id, job);
  if (stage !== null) await h.reached(stage);
  s.executor.cancel(id, "cancel");
  return { s, id, run: `r${id}` };
}

describe("a workflow run that is cancelled in the Actions UI", () => {
  it("R-LIFE-6: in the trunk, ends as canceled, with its final as an artifact, and plans nothing", async () => {
    const { s, run } = await canceled(serial, /Trunk/, "dungeon");
    expect((await allRuns(s)).map((each) => each.conclusion)).toEqual(["cancelled"]);
    const log = ledgerOf(s, run);
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_canceled", status: "canceled" });
    expect(
      log.filter((event) => event.event === "stage_attempt_end" && event.node_id === "dungeon"),
    ).toHaveLength(1);
    expect(artifactsOf(s)).toEqual([`attractor-${run}-h1-settle-a1`, `attractor-${run}-h1-trunk-a1`]);
  }, 120_000);

  it("R-LIFE-6: in a branch, ends as canceled and plans nothing", async () => {
    const { s, run } = await canceled(graph, /Branches \(01/, "dungeon");
    expect((await allRuns(s)).length).toBe(1);
    expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({ event: "run_canceled" });
  }, 120_000);

  it("R-LIFE-6: while settle runs, ends by settle itself or by the sweep after it", async () => {
    const { s, id, run } = await canceled(graph, /Settle/, null);
    await until(() => s.repository.runs.get(id)?.attempts.at(-1)?.status === "completed");
    await sweepUntilOver(s, run);
    expect(["run_canceled", "run_completed"], story(s)).toContain(ledgerOf(s, run).at(-1)?.event);
  }, 180_000);
});
