import { describe, expect, it } from "vitest";
import { CALLER_PATH } from "../../github/workflows/init-files.ts";
import { allRuns, begunBy, gitOf, ledgerOf, story } from "./inspect.ts";
import { OWN_PATH, ownWorkflow, runOwn } from "./own-workflow.ts";
import { openPull } from "./pull.ts";
import { CLOCK, callerText, EARS, type Scene, scene } from "./support.ts";

const GRAPH = `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  build [shape=parallelogram, tool_command="echo G > game.txt"]
  start -> build -> exit
}`;
const config = (publish: string) => `version: 1\ngit: { publish: ${publish} }\n`;

/** What the repository checks of every pull request. */
const CI = {
  ".github/workflows/ci.yml":
    "on: pull_request\njobs: { test: { runs-on: ubuntu-latest, steps: [{ run: 'true' }] } }\n",
};

const checksOf = (s: Scene) =>
  [...s.repository.runs.values()]
    .filter(({ workflow }) => workflow.path === ".github/workflows/ci.yml")
    .map((run) => run.attempts.at(-1)?.conclusion);

async function published(permissions: string, opensPulls = true) {
  const s = await scene({
    ...{ "graphs/game.dot": GRAPH, ".github/attractor.yml": config("pull_request") },
    [OWN_PATH]: ownWorkflow({ permissions: `contents: write${permissions}` }),
    ...CI,
  });
  s.box.setActions(s.repository, { opensPulls });
  const { id } = await runOwn(s);
  const summary = [...s.repository.runs.get(id)!.attempts[0]!.jobs[0]!.summaries.values()].join("");
  return { s, run: begunBy(s, id)[0]!, summary };
}

const pullsIn = async (s: Scene) =>
  (await s.me.request("GET /repos/{owner}/{repo}/pulls", { ...s.at, state: "all" })).data;

describe("a successful run's work", () => {
  it("R-GH-12: is offered as a pull request by a job that may open one", async () => {
    const { s, run, summary } = await published(", pull-requests: write");
    const pulls = await pullsIn(s);
    expect(pulls, story(s)).toMatchObject([{ head: { ref: `attractor/run/${run}` }, base: { ref: "main" } }]);
    expect(summary).toContain(`pull request #${pulls[0]!.number}`);
    expect(summary).toContain(`/pull/${pulls[0]!.number}/files`);
    expect([checksOf(s), summary]).toEqual([
      ["action_required"],
      expect.stringContaining("wait until somebody approves"),
    ]);
  }, 120_000);

  it("R-GH-12: is on its branch, and the summary says what is missing, where the job may not", async () => {
    const { s, run, summary } = await published("");
    expect(await pullsIn(s), story(s)).toEqual([]);
    expect(gitOf(s, "show", `refs/heads/attractor/run/${run}:game.txt`)).toBe("G\n");
    expect(summary).toContain("pull-requests: write");
  }, 120_000);

  it("R-GH-12: is on its branch, and the summary names the setting, where the repository lets no job open one", async () => {
    const { s, run, summary } = await published(", pull-requests: write", false);
    expect(await pullsIn(s), story(s)).toEqual([]);
    expect(gitOf(s, "show", `refs/heads/attractor/run/${run}:game.txt`)).toBe("G\n");
    expect(summary).toContain("Settings, Actions, General");
    expect(summary).toContain("the input pull-request-token");
    expect(summary).not.toContain("reusable");
  }, 120_000);

  it("R-GH-12: of hops is offered with the caller's own token, as the jobs may open none", async () => {
    const caller = callerText({ pull_request_token: "PULLS" });
    const s = await scene({
      ...{ "graphs/game.dot": GRAPH, ".github/attractor.yml": config("pull_request"), [CALLER_PATH]: caller },
      ...CI,
    });
    s.repository.secrets.set("PULLS", s.box.tokenOf(s.user));
    const id = await s.dispatch({ graph: "graphs/game.dot" });
    await allRuns(s);
    expect(ledgerOf(s, `r${id}`).at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(await pullsIn(s), story(s)).toMatchObject([
      { head: { ref: `attractor/run/r${id}` }, user: { login: "ada" } },
    ]);
    expect(checksOf(s), story(s)).toEqual(["success"]);
  }, 120_000);

  it("R-GH-12: is pushed to the head of the pull request that it began on, with no app", async () => {
    const s = await scene({
      ...{ "graphs/game.dot": GRAPH, ".github/attractor.yml": config("pull_request_head") },
      ...{ ...EARS, ...CLOCK },
    });
    const pull = await openPull(s);
    await pull.say("/attractor run graphs/game.dot");
    await allRuns(s);
    // Whatever no job of the run told is told within the hour.
    s.box.clock.advance(3_600_000);
    await allRuns(s);
    const summaries = [...s.repository.runs.values()].flatMap((run) =>
      run.attempts.flatMap((attempt) => attempt.jobs.flatMap((job) => [...job.summaries.values()])),
    );
    expect(summaries.join(""), story(s)).toContain("is on feature, the head of");
    const { data } = await s.me.request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
      ...{ ...s.at, ref: pull.sha },
    });
    const comment = (await pull.comments()).find((body) => body.includes("What to do now"));
    const check = data.check_runs.find(({ name }) => name.startsWith("attractor"))?.output.summary;
    for (const [where, text] of Object.entries({ comment, check, summary: summaries.join("") })) {
      expect(text, where).toMatch(/\/ada\/game\/actions\/runs\/\d+>/);
      expect(text, where).toContain(`/ada/game/pull/${pull.number}>`);
      expect(text, where).toContain(`/ada/game/pull/${pull.number}/checks>`);
      expect(text, where).toContain("/ada/game/tree/");
      expect(text?.search(/see the work on this pull request/i), where).toBeGreaterThan(0);
    }
    expect(gitOf(s, "show", "refs/heads/feature:game.txt"), story(s)).toBe("G\n");
    expect(gitOf(s, "show", "refs/heads/feature:wip.txt").trim()).toBe("x");
  }, 180_000);
});
