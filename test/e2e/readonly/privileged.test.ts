import { describe, expect, it } from "vitest";
import type { Jobs } from "../../../engine/config/jobs.ts";
import { allRuns, gitOf, ledgerOf, story } from "../inspect.ts";
import { artifactsOf } from "../moments.ts";
import { scene } from "../support.ts";

const GRAPH = `digraph image { graph [goal="Build the image"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  before [shape=parallelogram, tool_command="id -u > before.txt"]
  image [shape=parallelogram, label="Build the image", privileged=true, tool_command="cat before.txt && id -u > image.txt"]
  after [shape=parallelogram, tool_command="cat image.txt && id -u > after.txt"]
  par [shape=component]; join [shape=tripleoctagon, merge=all]
  plain [shape=parallelogram, tool_command="id -u > plain.txt"]
  root [shape=parallelogram, privileged=true, tool_command="id -u > root.txt"]
  start -> before -> image -> after -> par; par -> plain -> join; par -> root -> join; join -> exit
}`;

async function played(jobs: Partial<Jobs>) {
  const s = await scene({ "graphs/image.dot": GRAPH }, { jobs });
  const id = await s.dispatch({ graph: "graphs/image.dot" });
  await allRuns(s);
  const made = [...s.repository.runs.values()].flatMap((run) => run.attempts.at(-1)?.jobs ?? []);
  const ran = made.filter(({ conclusion }) => conclusion !== "skipped");
  const summary = made.flatMap((job) => [...job.summaries.values()]).join("");
  return { s, run: `r${id}`, log: ledgerOf(s, `r${id}`), summary, jobs: ran.map(({ name }) => name) };
}

describe("a stage that must have sudo or docker", () => {
  it("R-GH-9: ends the run before any stage where the configuration does not allow it, and says what would", async () => {
    const { s, log, summary } = await played({});
    expect(log.at(-1), story(s)).toMatchObject({
      event: "run_failed",
      failure_reason: expect.stringMatching(
        /stages image, root are marked privileged=true, and this job's token can write: write `jobs: \{ privileged: allow \}`/,
      ),
    });
    expect(log.filter((event) => event.event === "stage_attempt_start")).toEqual([]);
    expect(summary).toContain("privileged: allow");
  }, 240_000);

  it("R-GH-9, R-GH-18: runs in a job of its own that may only read, in the trunk and in a branch, and the summary names it", async () => {
    const { s, run, log, summary, jobs } = await played({ privileged: "allow" });
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(jobs).toEqual([
      "Trunk 1",
      "Privileged 1 (00 Build the image)",
      "Trunk 2",
      "Branches 2 (01 plain)",
      "Privileged 2 (02 root)",
      "Trunk 3",
    ]);
    expect(s.repository.runs.size).toBe(1);
    const user = (file: string) => gitOf(s, "show", `refs/heads/attractor/run/${run}:${file}.txt`).trim();
    const [before, image, after, plain, root] = ["before", "image", "after", "plain", "root"].map(user);
    expect([image, root]).toEqual([image, image]);
    for (const own of [before, after, plain]) expect(own).not.toBe(image);
    expect(summary).toContain(
      "privileged stages ran, with sudo and docker where the runner has them: image, root",
    );
    expect(artifactsOf(s).filter((name) => name.includes("parcel"))).toHaveLength(2);
    expect(log[0]).toMatchObject({ github: { durability: "stage" } });
    s.box.assertClean();
  }, 240_000);

  it("R-GH-9: where every stage runs in jobs that may only read, these are the branches' and the trunk runs none", async () => {
    const { s, log, jobs } = await played({ contents: "read" });
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(jobs).toEqual([
      "Trunk 1",
      "Branches 1 (00 Trunk)",
      "Trunk 2",
      "Branches 2 (01 plain)",
      "Branches 2 (02 root)",
      "Trunk 3",
      "Branches 3 (00 Trunk)",
      "Trunk 4",
    ]);
    s.box.assertClean();
  }, 240_000);
});
