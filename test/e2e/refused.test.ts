import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { describe, expect, it, onTestFinished } from "vitest";
import { allRuns, begunBy, gitOf, ledgerOf, story } from "./inspect.ts";
import { OWN_PATH, ownWorkflow, runOwn } from "./own-workflow.ts";
import { type Scene, scene } from "./support.ts";

const WORDS = "GH013: push protection found a secret";

const GRAPH = `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  plan [shape=parallelogram, tool_command="echo P > plan.txt"]
  par [shape=component, error_policy=continue]; join [shape=tripleoctagon, merge=all]
  dungeon [shape=parallelogram, tool_command="echo D > dungeon.txt"]
  monsters [shape=parallelogram, tool_command="echo M > monsters.txt"]
  start -> plan; plan -> par; par -> dungeon -> join; par -> monsters -> join; join -> exit
}`;

/** The commands that the summary names, in a clone of the user's. */
async function fetched(s: Scene, artifact: string): Promise<(path: string) => string> {
  const { data } = await s.me.request("GET /repos/{owner}/{repo}/actions/artifacts", { ...s.at });
  const found = data.artifacts.find(({ name }) => name === artifact);
  expect(found, data.artifacts.map(({ name }) => name).join()).toBeDefined();
  const zip = await s.me.request(
    "GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}",
    {
      ...{ ...s.at, artifact_id: found!.id, archive_format: "zip" },
    },
  );
  const bundle = unzipSync(new Uint8Array(zip.data as ArrayBuffer))["work.bundle"];
  expect(bundle).toBeDefined();
  const folder = mkdtempSync(join(tmpdir(), "refused-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  git("clone", "--quiet", s.repository.gitDir, ".");
  writeFileSync(join(folder, "work.bundle"), bundle!);
  git("fetch", "--quiet", "work.bundle", "refs/heads/attractor-work:attractor-work");
  return (path) => git("show", `attractor-work:${path}`);
}

const jobsOf = (s: Scene, id: number) => s.repository.runs.get(id)!.attempts.at(-1)!.jobs;

describe("work that the remote refuses", () => {
  it("R-LIFE-8: of a graph in one job is in its artifact, and the summary says how to have it", async () => {
    const s = await scene({ "graphs/game.dot": GRAPH, [OWN_PATH]: ownWorkflow() });
    s.box.setRefusals(s.repository, [{ refs: "refs/attractor/*/code", message: WORDS }]);
    const { id } = await runOwn(s);
    const end = ledgerOf(s, begunBy(s, id)[0]!).at(-1);
    const artifact = `attractor-${begunBy(s, id)[0]}-h1-single-a1`;
    expect(end, story(s)).toMatchObject({ event: "run_failed", failure_class: "deterministic" });
    expect(end).toMatchObject({ failure_reason: expect.stringContaining(WORDS) });
    expect(end).toMatchObject({
      failure_reason: expect.stringContaining(`work.bundle of the artifact ${artifact}`),
    });
    const show = await fetched(s, artifact);
    expect(show("plan.txt")).toBe("P\n");
    const summary = [...jobsOf(s, id)[0]!.summaries.values()].join("");
    expect(summary).toContain(`gh run download ${id} --name ${artifact}`);
    expect(summary).toContain(WORDS);
  }, 120_000);

  it("R-LIFE-8: of a branch ends that branch as its own failure, and of the trunk the run", async () => {
    const s = await scene({ "graphs/game.dot": GRAPH });
    s.box.setRefusals(s.repository, [{ refs: "refs/attractor/*/01-*a1-code", message: WORDS }]);
    const id = await s.dispatch({ graph: "graphs/game.dot" });
    await allRuns(s);
    const log = ledgerOf(s, `r${id}`);
    const ends = log.flatMap((event) => (event.event === "branch_completed" ? [event] : []));
    expect(ends, story(s)).toHaveLength(2);
    expect(ends[0]).toMatchObject({ status: "fail", failure_class: "deterministic" });
    expect(ends[0]!.failure_reason).toContain(WORDS);
    expect(ends[1]).toMatchObject({ status: "success" });
    expect(log.at(-1)).toMatchObject({ event: "run_completed" });
    const [, artifact = ""] = /work\.bundle of the artifact (\S+)/.exec(ends[0]!.failure_reason ?? "") ?? [];
    const show = await fetched(s, artifact);
    expect([show("plan.txt"), show("dungeon.txt")]).toEqual(["P\n", "D\n"]);
    const leg = jobsOf(s, id).find(({ name }) => name.startsWith("Branches 1 (01"))!;
    expect([...leg.summaries.values()].join("")).toContain(artifact);

    s.box.setRefusals(s.repository, [{ refs: "refs/attractor/*/code", message: WORDS }]);
    const second = await s.dispatch({ graph: "graphs/game.dot" });
    await allRuns(s);
    const end = ledgerOf(s, `r${second}`).at(-1);
    expect(end, story(s)).toMatchObject({ event: "run_failed", failure_class: "deterministic" });
    expect((await fetched(s, `attractor-r${second}-h1-trunk-a1`))("plan.txt")).toBe("P\n");
    expect(gitOf(s, "for-each-ref", `refs/attractor/r${second}/code`)).toBe("");
  }, 240_000);

  it("R-GH-14: is left nowhere when it holds a secret of the job", async () => {
    const graph = GRAPH.replace("echo P > plan.txt", "echo $DEMO_KEY > plan.txt");
    const own = ownWorkflow({ inputs: ', secrets: "DEMO_KEY=correct-horse-battery"' });
    const config = "version: 1\npass_env: [DEMO_KEY]\n";
    const s = await scene({
      ...{ "graphs/game.dot": graph, [OWN_PATH]: own, ".github/attractor.yml": config },
    });
    s.box.setRefusals(s.repository, [{ refs: "refs/attractor/*/code", message: WORDS }]);
    const { id } = await runOwn(s);
    const [job] = jobsOf(s, id);
    expect([...job!.summaries.values()].join(""), story(s)).toContain("holds a secret of this job");
    await expect(fetched(s, `attractor-${begunBy(s, id)[0]}-h1-single-a1`)).rejects.toThrow();
  }, 120_000);
});
