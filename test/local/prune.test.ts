/** `attractor prune`: ended runs go by age, with all they left behind; all else stays. */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { newRunRoot } from "../../engine/local/folder.ts";
import { event, stored } from "../ledger/contract.ts";
import { inGitRun, OPEN, RUN, TRUNK } from "../ledger/git-ledger-kit.ts";
import { here } from "./here.ts";
import { cli, driver, finalOf, git, graph, ran, repository, tool, until } from "./world.ts";

const DAY = 86_400_000;
const WORK = graph(`${tool("a", "echo work > a.txt")}; s -> a -> e`);
const FAN = graph(
  `f [shape=component]; j [shape=tripleoctagon]; ${tool("a", "echo a > a")}; ${tool("b", "echo b > b; exit 1")}; s -> f; f -> a -> j; f -> b -> j; j -> e`,
);

const refsOf = (repo: string): string[] =>
  git(repo, "for-each-ref", "--format=%(refname)").split("\n").filter(Boolean);

const rootOf = (repo: string, run: string): string => join(repo, ".attractor/runs", run);

/** The run ended so many days ago. */
function aged(root: string, days: number): void {
  const finished_at = new Date(Date.now() - days * DAY).toISOString();
  writeFileSync(join(root, "final.json"), JSON.stringify({ ...finalOf(root), finished_at }));
}

async function pruned(repo: string, ...args: string[]) {
  const { code, out, err } = await here("prune", "--workdir", repo, "--json", ...args);
  const runs = code === 2 ? [] : (JSON.parse(out) as { runs: Record<string, unknown>[] }).runs;
  return { code, err, runs, gone: runs.filter((run) => run.prune).map((run) => run.run_id) };
}

describe("prune", () => {
  it("R-GH-14: takes refs, branches, worktrees and folders of runs that ended long ago, and of no other", async () => {
    const repo = repository({ "g.dot": WORK });
    const run = async (id: string, source: string) =>
      ran(source, { workdir: repo, runId: id, logsRoot: await newRunRoot(repo, id) });
    await run("old", FAN);
    await run("young", FAN);
    aged(rootOf(repo, "old"), 31);
    aged(rootOf(repo, "young"), 29);
    const before = refsOf(repo);
    expect(before.filter((ref) => /\bold\b/.test(ref)).length).toBeGreaterThan(2);
    const dry = await pruned(repo);
    expect(dry).toMatchObject({ code: 0, gone: ["old"] });
    expect(dry.runs.map(({ why }) => why)).toEqual(["it ended 31 days ago", "it ended only 29 days ago"]);
    expect(refsOf(repo)).toEqual(before);
    expect(existsSync(rootOf(repo, "old"))).toBe(true);

    expect((await pruned(repo, "--yes")).runs).toMatchObject([{ pruned: true }, { pruned: false }]);
    expect(refsOf(repo)).toEqual(before.filter((ref) => !/\bold\b/.test(ref)));
    expect(readdirSync(join(repo, ".attractor/runs"))).toEqual(["young"]);
    expect(git(repo, "worktree", "list")).not.toContain("/old/");
    expect(git(repo, "worktree", "list")).toContain("/young/");
    expect(git(repo, "status", "--porcelain")).toBe("");
    expect((await pruned(repo, "--older-than", "29d")).gone).toEqual(["young"]);
  });

  it("R-GH-14: the runs of a manager go with the run that started them", async () => {
    const child = graph(`${tool("inner", "echo x > x")}; s -> inner -> e`);
    const repo = repository({ "child.dot": child });
    const managed = graph(
      `m [shape=house, "stack.child_dotfile"="child.dot", "manager.poll_interval"="50ms"]; s -> m -> e`,
    );
    await ran(managed, { workdir: repo, runId: "parent", logsRoot: rootOf(repo, "parent") });
    expect(refsOf(repo).filter((ref) => ref.includes("parent-m"))).not.toEqual([]);
    expect((await pruned(repo, "--run-id", "parent", "--yes")).gone).toEqual(["parent"]);
    expect(refsOf(repo)).toEqual(["refs/heads/main"]);
  });

  it("R-GH-14: never a run that is driven, that waits or that was killed, not even when it is named", async () => {
    const repo = repository({
      "g.dot": graph(`r [shape=hexagon, label="Ship?"]; s -> r; r -> e [label="Yes"]`),
      "slow.dot": graph(`${tool("a", "echo begun; sleep 60")}; s -> a -> e`),
    });
    expect(cli(repo, "run", "g.dot", "--run-id", "waits").code).toBe(4);
    const run = driver(repo, "run", "slow.dot", "--run-id", "runs");
    await until("the stage", () => existsSync(join(rootOf(repo, "runs"), "a/v1-a1/stdout.log")));
    const refs = refsOf(repo);
    for (const [id, why] of [
      ["waits", "it waits for a person"],
      ["runs", "a process drives it"],
    ] as const) {
      const { gone, runs } = await pruned(repo, "--run-id", id, "--older-than", "0d", "--yes");
      expect([gone, runs.map((one) => one.why)]).toEqual([[], [why]]);
    }
    run.kill("SIGKILL");
    await run.ended;
    const lost = await pruned(repo, "--run-id", "runs", "--older-than", "0d", "--yes");
    expect(lost.runs).toMatchObject([{ prune: false, status: "unknown" }]);
    expect(refsOf(repo)).toEqual(refs);
    expect(existsSync(rootOf(repo, "runs"))).toBe(true);
    cli(repo, "stop", "runs");
  });

  it("R-GH-14: a branch that is checked out, or on which somebody worked since, stays", async () => {
    const repo = repository({ "g.dot": WORK });
    for (const id of ["one", "two"])
      await ran(WORK, { workdir: repo, runId: id, logsRoot: await newRunRoot(repo, id) });
    // As somebody does who wants to go on with a run's work.
    const tree = (id: string): string => join(rootOf(repo, id), "worktree");
    for (const id of ["one", "two"]) git(tree(id), "checkout", "--quiet", "--detach");
    git(repo, "checkout", "--quiet", "attractor/run/one");
    git(tree("two"), "checkout", "--quiet", "attractor/run/two");
    git(tree("two"), "commit", "--quiet", "--allow-empty", "--message=mine");
    const { runs } = await pruned(repo, "--older-than", "0d", "--yes");
    expect(runs.map(({ kept }) => kept)).toEqual([
      [`attractor/run/one is checked out in ${repo}`],
      ["attractor/run/two was moved since the run ended"],
    ]);
    expect(refsOf(repo)).toEqual([
      "refs/heads/attractor/run/one",
      "refs/heads/attractor/run/two",
      "refs/heads/main",
    ]);
    expect(readdirSync(join(repo, ".attractor/runs"))).toEqual([]);
  });

  it("R-GH-14: what is left of a run whose folder is gone goes when it is named", async () => {
    const repo = repository({ "g.dot": WORK });
    git(repo, "update-ref", "refs/attractor/lone/kept", "HEAD");
    git(repo, "branch", "attractor/run/lone");
    expect((await pruned(repo, "--yes")).runs).toEqual([]);
    expect((await pruned(repo, "--run-id", "lone", "--yes")).gone).toEqual(["lone"]);
    expect(refsOf(repo)).toEqual(["refs/heads/main"]);
    expect(await pruned(repo, "--run-id", "lone")).toMatchObject({ code: 2 });
  });
});

describe("prune --remote", () => {
  const started = { ...event("run_started"), run_branch: `attractor/run/${RUN}` };

  it("R-GH-14: takes hidden refs and the branch of a run that ended on the remote, and leaves an open one", () =>
    inGitRun(async ({ world, ledger, tip, server }) => {
      const repo = repository();
      git(
        repo,
        "push",
        "--quiet",
        world.server,
        "HEAD:refs/heads/keep",
        `HEAD:refs/heads/attractor/run/${RUN}`,
      );
      git(repo, "push", "--quiet", world.server, "HEAD:refs/attractor/other/code");
      const far = (...args: string[]) =>
        pruned(repo, `--remote=${world.server}`, "--older-than", "0d", ...args);
      const why = async () => (await far("--yes")).runs.map((run) => [run.run_id, run.why]);
      const other = ["other", "it has no ledger on the remote"];
      expect(await why()).toEqual([other, [RUN, "it is open"]]);
      // The ref of open runs may be late: the log decides too.
      const open = (await server("rev-parse", OPEN)).trim();
      await server("update-ref", "-d", OPEN);
      expect(await why()).toEqual([other, [RUN, "it is open"]]);
      await server("update-ref", OPEN, open);

      stored(await ledger.append(tip, [event("run_completed")]));
      expect((await far()).gone).toEqual([RUN]);
      expect(await server("for-each-ref", "--format=%(refname)")).toContain(TRUNK);
      expect((await pruned(repo, `--remote=${world.server}`, "--older-than", "3650d")).gone).toEqual([]);
      expect(await far("--yes")).toMatchObject({ code: 0, gone: [RUN] });
      expect((await server("for-each-ref", "--format=%(refname)")).trim().split("\n")).toEqual([
        "refs/attractor/other/code",
        "refs/heads/keep",
      ]);
      expect(refsOf(repo)).toEqual(["refs/heads/main"]);
    }, started));
});
