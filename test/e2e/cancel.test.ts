import { describe, expect, it } from "vitest";
import { CALLER_PATH } from "../../github/workflows/init-files.ts";
import { allRuns, ledgerOf, story } from "./inspect.ts";
import { artifactsOf, type Holds, holds, loseRunner, runningJob, sweepUntilOver, until } from "./moments.ts";
import { callerText, scene } from "./support.ts";

const graph = (h: Holds) => `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  par [shape=component]; join [shape=tripleoctagon]
  dungeon [shape=parallelogram, tool_command="${h.command("dungeon")}"]
  monsters [shape=parallelogram, tool_command="true"]
  verify [shape=parallelogram, tool_command="${h.command("verify")}"]
  start -> par; par -> dungeon -> join; par -> monsters -> join; join -> verify -> exit
}`;
const serial = (h: Holds) => `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  dungeon [shape=parallelogram, tool_command="${h.command("dungeon")}"]
  start -> dungeon; dungeon -> exit
}`;

/** Cancelled once `stage` runs in that job, or where it is null once that job runs. */
async function canceled(text: (h: Holds) => string, job: RegExp, stage: string | null, rounds = 4) {
  const h = await holds();
  const only = { ...h, command: (node: string) => (node === stage ? h.command(node) : "true") };
  const s = await scene({ "graphs/game.dot": text(only), [CALLER_PATH]: callerText({ rounds }) });
  const id = await s.dispatch({ graph: "graphs/game.dot" });
  await runningJob(s, id, job);
  if (stage !== null) await h.reached(stage);
  s.executor.cancel(id, "cancel");
  return { s, id, run: `r${id}` };
}

const ended = ({ s, run }: Awaited<ReturnType<typeof canceled>>) => ledgerOf(s, run).at(-1);

describe("a workflow run that is cancelled in the Actions UI", () => {
  it("R-LIFE-6: in the trunk, ends as canceled, with its final as an artifact, and plans nothing", async () => {
    const { s, run } = await canceled(serial, /Trunk 1/, "dungeon");
    expect((await allRuns(s)).map((each) => each.conclusion)).toEqual(["cancelled"]);
    const log = ledgerOf(s, run);
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_canceled", status: "canceled" });
    expect(
      log.filter((event) => event.event === "stage_attempt_end" && event.node_id === "dungeon"),
    ).toHaveLength(1);
    expect(artifactsOf(s)).toEqual([`attractor-${run}-h1-canceled-a1`, `attractor-${run}-h1-trunk-a1`]);
  }, 120_000);

  it.each([
    ["in a branch", /Branches 1 \(01/, "dungeon"],
    ["in a later trunk job", /Trunk 2/, "verify"],
  ] as const)(
    "R-LIFE-6: %s, ends as canceled and plans nothing",
    async (_where, job, stage) => {
      const { s, run } = await canceled(graph, job, stage);
      expect((await allRuns(s)).map((each) => each.conclusion)).toEqual(["cancelled"]);
      expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({ event: "run_canceled" });
      expect(ledgerOf(s, run).filter(({ event }) => event === "hop_lost")).toEqual([]);
    },
    120_000,
  );

  it("R-LIFE-6: while it hands the run on, ends by its own last job or by the sweep after it", async () => {
    const one = await canceled(graph, /Next/, null, 1);
    const { s, id, run } = one;
    await until(() => s.repository.runs.get(id)?.attempts.at(-1)?.status === "completed");
    await sweepUntilOver(s, run);
    expect(ended(one), story(s)).toMatchObject({ event: "run_canceled" });
  }, 180_000);

  it("R-LIFE-6: and whose last job is lost too, ends as canceled by the sweep", async () => {
    const one = await canceled(serial, /Trunk 1/, "dungeon");
    const { s, id, run } = one;
    await loseRunner(s, await runningJob(s, id, /Canceled/));
    await allRuns(s);
    await sweepUntilOver(s, run);
    expect(ended(one), story(s)).toMatchObject({ event: "run_canceled" });
  }, 180_000);
});
