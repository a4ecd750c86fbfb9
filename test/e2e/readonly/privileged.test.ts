import { describe, expect, it } from "vitest";
import { allRuns, ledgerOf, story } from "../inspect.ts";
import { scene } from "../support.ts";

const GRAPH = `digraph image { graph [goal="Build the image"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  before [shape=parallelogram, tool_command="true"]
  image [shape=parallelogram, privileged=true, tool_command="id -u"]
  start -> before; before -> image; image -> exit
}`;

async function played(durability: "stage" | "job") {
  const s = await scene({ "graphs/image.dot": GRAPH }, { durability });
  const id = await s.dispatch({ graph: "graphs/image.dot" });
  await allRuns(s);
  const jobs = [...s.repository.runs.values()].flatMap((run) => run.attempts.at(-1)?.jobs ?? []);
  const summary = jobs.flatMap((job) => [...job.summaries.values()]).join("");
  return { s, log: ledgerOf(s, `r${id}`), summary };
}

describe("a stage that must have sudo or docker", () => {
  it("R-GH-9: ends the run before any stage where the job's token can write, and says which workflow to call", async () => {
    const { s, log, summary } = await played("stage");
    expect(log.at(-1), story(s)).toMatchObject({
      event: "run_failed",
      failure_reason: expect.stringMatching(
        /stage image is marked privileged=true, and this job's token can write: write `jobs: \{ durability: job \}`/,
      ),
    });
    expect(log.filter((event) => event.event === "stage_attempt_start")).toEqual([]);
    expect(summary).toContain("durability: job");
  }, 240_000);

  it("R-GH-9: runs where that token writes nothing, and the summary names it", async () => {
    const { s, log, summary } = await played("job");
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(summary).toContain("privileged stages ran, with sudo and docker where the runner has them: image");
  }, 240_000);
});
