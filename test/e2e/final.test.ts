import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { serve } from "./app.ts";
import { allRuns, ledgerOf, story } from "./inspect.ts";
import { openPull } from "./pull.ts";
import { EARS, type Scene, scene } from "./support.ts";

const GRAPH = `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  build [shape=parallelogram, tool_command="echo built > built.txt"]
  review [shape=hexagon, label="Ship the game?"]
  start -> build; build -> review; review -> exit [label="[S] Ship"]; review -> build [label="[A] Again"]
}`;

const PLAIN = `digraph game { graph [goal="Build the game"] start [shape=Mdiamond]; exit [shape=Msquare]
  build [shape=parallelogram, tool_command="echo built > built.txt"]; start -> build -> exit }`;

async function pulled(files: Record<string, string>) {
  const s = await scene({ "graphs/game.dot": GRAPH, ...files });
  const { say } = await openPull(s);
  return { s, say };
}

/** The files of the only artifact called so. */
function filesOf(s: Scene, part: string): Record<string, string> {
  const found = [...s.repository.artifacts.values()].filter(({ name }) => name.includes(`-${part}-`));
  expect(
    found.map(({ name }) => name),
    story(s),
  ).toHaveLength(1);
  const files = unzipSync(readFileSync(found[0]!.file));
  return Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes).toString()]),
  );
}

const jobsOf = (s: Scene, title: RegExp) =>
  [...s.repository.runs.values()]
    .filter((run) => title.test(run.title))
    .flatMap((run) => run.attempts[0]!.jobs.map((job) => `${job.name}: ${job.conclusion}`));

describe("an end that no job of the run wrote", () => {
  it("R-GH-2: of the app, is left as an artifact by a job that runs nothing, once", async () => {
    const { s, say } = await pulled({});
    const { settle, failures } = await serve(s);
    const run = await say("/attractor run graphs/game.dot");
    await settle();
    await say("/attractor choose review Ship");
    await settle();
    expect(failures).toEqual([]);
    expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({ event: "run_completed" });
    const files = filesOf(s, "final");
    expect(JSON.parse(files["final.json"]!)).toMatchObject({ run_id: run, status: "success" });
    expect(JSON.parse(files["checkpoint.json"]!)).toMatchObject({ run_id: run });
    expect(files["progress.ndjson"]!.trimEnd().split("\n")).toHaveLength(ledgerOf(s, run).length);
    // No job but the one that leaves it.
    expect(jobsOf(s, /hop final/).filter((job) => !job.endsWith("skipped"))).toEqual(["Trunk 1: success"]);
    // A look at what has ended asks for no other.
    await say(`/attractor status ${run}`);
    await settle();
    filesOf(s, "final");
    s.box.assertClean();
  }, 240_000);

  it("R-GH-2: of a trunk job, is in its artifact and in that of the job that tells it, and nobody asks for another", async () => {
    const { s, say } = await pulled({ ...EARS, "graphs/game.dot": PLAIN });
    const run = await say("/attractor run graphs/game.dot");
    await allRuns(s);
    expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect([...s.repository.comments.values()].map(({ body }) => body).join()).toContain("succeeded");
    expect(JSON.parse(filesOf(s, "next")["final.json"]!)).toMatchObject({ run_id: run, status: "success" });
    expect(jobsOf(s, /hop final/)).toEqual([]);
  }, 240_000);

  it("R-GH-2: of a sweep, is left the same way", async () => {
    const { s, say } = await pulled(EARS);
    const run = await say("/attractor run graphs/game.dot");
    await allRuns(s);
    await say("/attractor cancel");
    await allRuns(s);
    expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({ event: "run_canceled" });
    expect(JSON.parse(filesOf(s, "final")["final.json"]!)).toMatchObject({ run_id: run, status: "canceled" });
  }, 240_000);

  it("R-GH-2: of a command, is in that job's own artifact", async () => {
    const s = await scene({ "graphs/game.dot": GRAPH });
    const id = await s.dispatch({ graph: "graphs/game.dot" });
    await allRuns(s);
    await s.dispatch({ command: "cancel" });
    await allRuns(s);
    expect(JSON.parse(filesOf(s, "command")["final.json"]!)).toMatchObject({
      ...{ run_id: `r${id}`, status: "canceled" },
    });
    expect(jobsOf(s, /hop final/)).toEqual([]);
  }, 240_000);
});
