import { describe, expect, it } from "vitest";
import { allRuns, ledgerOf, story } from "./inspect.ts";
import { loseRunner, runningJob, until } from "./moments.ts";
import { type Scene, scene } from "./support.ts";

const GRAPH = `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  par [shape=component]; join [shape=tripleoctagon]
  dungeon [shape=parallelogram, tool_command="true"]
  monsters [shape=parallelogram, tool_command="true"]
  start -> par; par -> dungeon -> join; par -> monsters -> join; join -> exit
}`;

const rerun = (s: Scene, id: number, what: "rerun" | "rerun-failed-jobs") =>
  s.me.request(`POST /repos/{owner}/{repo}/actions/runs/{run_id}/${what}`, { ...s.at, run_id: id });
const ends = (s: Scene, run: string, node: string) =>
  ledgerOf(s, run).filter((event) => event.event === "stage_attempt_end" && event.node_id === node).length;

describe("a person who presses re-run", () => {
  it("R-GH-6: on failed jobs, continues the hop without repeating a branch; on a run that is over, is told so", async () => {
    const s = await scene({ "graphs/game.dot": GRAPH });
    const id = await s.dispatch({ graph: "graphs/game.dot" });
    const run = `r${id}`;
    await loseRunner(s, await runningJob(s, id, /Trunk 2/));
    await loseRunner(s, await runningJob(s, id, /Next/));
    await until(() => s.repository.runs.get(id)?.attempts.at(-1)?.status === "completed");
    await rerun(s, id, "rerun-failed-jobs");
    await allRuns(s);
    expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect([ends(s, run, "dungeon"), ends(s, run, "monsters")]).toEqual([1, 1]);

    const before = ledgerOf(s, run).length;
    await rerun(s, id, "rerun");
    await allRuns(s);
    const third = s.repository.runs.get(id)!.attempts.at(-1)!;
    expect(third.conclusion, story(s)).toBe("success");
    expect(third.jobs.flatMap((job) => job.log).join("")).toContain(`run ${run} has ended (success)`);
    expect(ledgerOf(s, run)).toHaveLength(before);
  }, 240_000);

  it("R-GH-6: on the whole of an unsettled hop, claims the next epoch and takes over what its branches finished", async () => {
    const s = await scene({ "graphs/game.dot": GRAPH });
    const id = await s.dispatch({ graph: "graphs/game.dot" });
    const run = `r${id}`;
    await loseRunner(s, await runningJob(s, id, /Trunk 2/));
    await loseRunner(s, await runningJob(s, id, /Next/));
    await until(() => s.repository.runs.get(id)?.attempts.at(-1)?.status === "completed");
    await rerun(s, id, "rerun");
    await allRuns(s);
    const log = ledgerOf(s, run);
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(
      log.flatMap((event) =>
        event.event === "hop_started" ? [[event.hop, event.epoch, event.by.attempt]] : [],
      ),
    ).toEqual([
      [1, 1, 1],
      [1, 2, 2],
      [2, 3, 2],
    ]);
    expect([ends(s, run, "dungeon"), ends(s, run, "monsters")]).toEqual([1, 1]);
  }, 240_000);
});
