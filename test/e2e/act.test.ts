/** act as a second opinion on what is published: the action by itself, and the workflow that `attractor init` writes. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { actInstalled } from "../box/executor/support/act.ts";
import { git } from "../git/git-world.ts";
import { type ActWorld, actWorld } from "./act-world.ts";
import { ACTION, callerText } from "./support.ts";

const GRAPH = `digraph g { graph [goal="two branches"]
  start [shape=Mdiamond]; exit [shape=Msquare]; fan [shape=component]; join [shape=tripleoctagon, merge=all]
  a [shape=parallelogram, tool_command="echo a > a.txt"]; b [shape=parallelogram, tool_command="echo b > b.txt"]
  start -> fan; fan -> a; fan -> b; a -> join; b -> join; join -> exit }`;
const OWN = ".github/workflows/own.yml";
const HOPS = ".github/workflows/attractor-run.yml";
const FILES = {
  "graphs/g.dot": GRAPH,
  [HOPS]: callerText(),
  [OWN]: `on: workflow_dispatch
jobs:
  game:
    runs-on: ubuntu-latest
    steps:
      - id: run
        uses: ${ACTION}
        with: { graph: graphs/g.dot }
      - run: echo "SAY \${{ steps.run.outputs.status }} \${{ steps.run.outputs.run-id }}"
`,
};

const filesOf = async ({ repository }: ActWorld, branch: string) =>
  (await git(repository.gitDir, "ls-tree", "--name-only", branch)).split("\n");

it("R-GH-1: act runs the action in a job of somebody's own; its work and its artifact are there", async () => {
  if (!actInstalled) return console.warn("not run: act is not installed");
  const world = await actWorld(FILES);
  const { says, log } = await world.play(OWN, { id: 4711, token: world.box.tokenOf(world.ada) });
  const said = says.find((text) => text.startsWith("SAY ")) ?? log;
  expect(said).toMatch(/^SAY success r4711/);
  const [artifact = ""] = readdirSync(world.artifacts);
  expect(existsSync(join(world.artifacts, artifact, "final.json"))).toBe(true);
  const branch = `refs/heads/attractor/run/${said.split(" ")[2]}`;
  expect(await filesOf(world, branch)).toEqual(expect.arrayContaining(["a.txt", "b.txt"]));
}, 120_000);

/**
 * What act tells nothing of: `cancelled()` is never true in it, so that `canceled` is not asked for; the matrix of a job that is
 * skipped is evaluated all the same, and its complaint is in the log alone; permissions and concurrency are not looked at.
 */
it("R-GH-18: act plays a round of two branches in the workflow that init writes, in one workflow run to the run's end", async () => {
  if (!actInstalled) return console.warn("not run: act is not installed");
  const world = await actWorld(FILES);
  const { box, queued } = world;
  const started = await fetch(`${box.apiUrl}/repos/ada/game/actions/workflows/attractor-run.yml/dispatches`, {
    method: "POST",
    headers: { authorization: `Bearer ${box.tokenOf(world.ada)}`, "content-type": "application/json" },
    body: JSON.stringify({ ref: "main", inputs: { graph: "graphs/g.dot" } }),
  });
  expect(started.ok).toBe(true);
  const logs: string[] = [];
  const jobs: (readonly string[])[] = [];
  for (let run = queued.shift(); run !== undefined && logs.length < 6; run = queued.shift()) {
    box.actions.startRun(run.id);
    const job = box.actions.addJob(run.id, {
      ...{ key: "act", name: "act", labels: [] },
      permissions: { actions: "write", contents: "write", checks: "write", issues: "write" },
    });
    const { githubToken } = box.actions.startJob(job.id, { name: "act" });
    const played = await world.play(HOPS, { id: run.id, token: githubToken, inputs: run.inputs });
    logs.push(played.log);
    jobs.push(played.jobs);
    box.actions.completeJob(job.id, { conclusion: "success" });
    box.actions.completeRun(run.id, "success");
    await box.idle();
  }
  const round = ["trunk-1 success", "legs-1 success", "legs-1 success", "trunk-2 success"];
  expect(jobs, logs.join("\n")).toEqual([round]);
  const refs = await git(
    world.repository.gitDir,
    "for-each-ref",
    "--format=%(refname)",
    "refs/heads/attractor",
  );
  expect(refs, logs.join("\n")).toMatch(/^refs\/heads\/attractor\/run\/r\d+$/);
  expect(await filesOf(world, refs)).toEqual(expect.arrayContaining(["a.txt", "b.txt"]));
}, 240_000);
