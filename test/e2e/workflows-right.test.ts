import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Policy } from "../../box/policy.ts";
import type { Jobs } from "../../engine/config/jobs.ts";
import { CALLER_PATH } from "../../github/workflows/init-files.ts";
import { serve } from "./app.ts";
import { allRuns, gitOf, ledgerOf, story } from "./inspect.ts";
import { openPull } from "./pull.ts";
import { CLOCK, callerText, EARS, type Scene, scene } from "./support.ts";

const CI = ".github/workflows/ci.yml";

const game = (plan: string) => `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  plan [shape=parallelogram, tool_command="${plan}"]
  par [shape=component]; join [shape=tripleoctagon, merge=all]
  dungeon [shape=parallelogram, tool_command="echo D > dungeon.txt"]
  monsters [shape=parallelogram, tool_command="echo M > monsters.txt"]
  last [shape=parallelogram, tool_command="cat plan.txt dungeon.txt monsters.txt > game.txt"]
  start -> plan -> par; par -> dungeon -> join; par -> monsters -> join; join -> last -> exit
}`;
const PLAIN = game("echo P > plan.txt");
const EDITS_CI = game("echo P > plan.txt; echo '# more' >> .github/workflows/ci.yml");

/** A branch `feature` that edits CI, as any pull request may. */
async function withFeature(
  policy: Policy["workflowsRight"],
  {
    graph = PLAIN,
    jobs = {},
    config = "version: 1\n",
    files = {},
  }: {
    readonly graph?: string;
    readonly jobs?: Partial<Jobs>;
    readonly config?: string;
    readonly files?: Readonly<Record<string, string>>;
  } = {},
): Promise<Scene> {
  const s = await scene(
    {
      ...{ "graphs/game.dot": graph, ".github/attractor.yml": config, [CI]: "on: push\njobs: {}\n" },
      ...{ [CALLER_PATH]: callerText(jobs), ...files },
    },
    { policy: { workflowsRight: policy } },
  );
  const edit = { by: s.user, branch: "feature", message: "ci" };
  await s.box.commit(s.repository, { ...edit, files: { [CI]: "on: [push]\njobs: {}\n" } });
  return s;
}

const summariesOf = (s: Scene): string =>
  [...s.repository.runs.values()]
    .flatMap((run) => run.attempts.flatMap(({ jobs }) => jobs.flatMap((job) => [...job.summaries.values()])))
    .join("\n");

/** Types what the run's page says to type, in a clone of the user's, and reads the file there. */
function typed(s: Scene, run: string, page = summariesOf(s)): (path: string) => string {
  const commands = page.split("\n").filter((line) => line.includes(`git branch attractor/run/${run} `));
  const command = commands.at(-1) ?? "";
  expect(command, page).toMatch(/^\s*git fetch origin /);
  const folder = mkdtempSync(join(tmpdir(), "workflows-right-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const run_ = (file: string, ...args: string[]) =>
    execFileSync(file, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  run_("git", "clone", "--quiet", `file://${s.repository.gitDir}`, ".");
  run_("sh", "-c", command.trim());
  return (path) => run_("git", "show", `attractor/run/${run}:${path}`);
}

async function runOf(s: Scene, inputs: Record<string, string> = { ref: "feature" }): Promise<string> {
  const id = await s.dispatch({ graph: "graphs/game.dot", ...inputs });
  await allRuns(s);
  expect(ledgerOf(s, `r${id}`).at(-1), story(s)).toMatchObject({ event: "run_completed" });
  return `r${id}`;
}

const branches = (s: Scene, run: string) => gitOf(s, "for-each-ref", `refs/heads/attractor/run/${run}`);

describe("a run on commits whose workflow files are not the default branch's", () => {
  it.each([
    ["branches", PLAIN, {}, ""],
    ["every ref", PLAIN, {}, "work/0001.bundle"],
    ["branches", EDITS_CI, {}, "work/0001.bundle"],
    ["every ref", PLAIN, { contents: "read" }, "work/0001.bundle"],
  ] as const)(
    "R-GH-22: runs, loses nothing, and says which permission the branch wants (%s)",
    async (policy, graph, jobs, carried) => {
      const s = await withFeature(policy, { graph, jobs });
      const run = await runOf(s);
      expect(branches(s, run)).toBe("");
      expect(gitOf(s, "ls-tree", "-r", "--name-only", `refs/attractor/${run}/trunk`)).toContain(carried);
      const summary = summariesOf(s);
      expect(summary).toContain("pull-request-token");
      expect(summary).toContain("scope workflow");
      const show = typed(s, run);
      expect(show("game.txt")).toBe("P\nD\nM\n");
      expect(show(CI)).toContain("[push]");
      if (graph === EDITS_CI) expect(show(CI)).toContain("# more");
    },
    240_000,
  );

  it("R-GH-22: is published with a token that has the right, unless the run itself wrote workflow files", async () => {
    const jobs = { pull_request_token: "PULLS" };
    const config = "version: 1\njobs: { pull_request_token: PULLS }\n";
    const s = await withFeature("every ref", { jobs, config });
    s.repository.secrets.set("PULLS", s.box.tokenOf(s.user));
    const run = await runOf(s);
    expect(gitOf(s, "show", `refs/heads/attractor/run/${run}:game.txt`), story(s)).toBe("P\nD\nM\n");
    const edit = { by: s.user, branch: "feature", message: "edits" };
    await s.box.commit(s.repository, { ...edit, files: { "graphs/game.dot": EDITS_CI } });
    await s.box.commit(s.repository, {
      by: s.user,
      message: "edits",
      files: { "graphs/game.dot": EDITS_CI },
    });
    const second = await runOf(s);
    expect(branches(s, second)).toBe("");
    expect(summariesOf(s)).toContain("pull-request-token was not used: the work changes workflow files");
  }, 300_000);

  it("R-GH-22: is decided by the app as any other, forked too, and the comment has the command", async () => {
    const s = await withFeature("every ref");
    const { failures, settle } = await serve(s);
    const { say, comments } = await openPull(s, { files: null, settle });
    for (const run of [await say("/attractor run graphs/game.dot"), await say("/attractor fork last@1")]) {
      expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({ event: "run_completed" });
      expect(gitOf(s, "ls-tree", "-r", "--name-only", `refs/attractor/${run}/trunk`)).toContain(
        "work/0001.bundle",
      );
      expect(typed(s, run, (await comments()).join("\n"))("game.txt")).toBe("P\nD\nM\n");
    }
    expect(failures).toEqual([]);
  }, 300_000);

  it("R-GH-22: goes to the pull request's head, which has these files, and its comment says so", async () => {
    const config = "version: 1\ngit: { publish: pull_request_head }\n";
    const s = await withFeature("every ref", { config, files: { ...EARS, ...CLOCK } });
    const { say, comments } = await openPull(s, { files: null });
    await say("/attractor run graphs/game.dot");
    await allRuns(s);
    // Whatever no job of the run told is told within the hour.
    s.box.clock.advance(3_600_000);
    await allRuns(s);
    expect(gitOf(s, "show", "refs/heads/feature:game.txt"), story(s)).toBe("P\nD\nM\n");
    expect((await comments()).join("\n")).toContain("is on feature, the head of");
  }, 240_000);
});
