import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { allRuns, begunBy, gitOf, ledgerOf, story } from "./inspect.ts";
import { artifactsOf } from "./moments.ts";
import { OWN_PATH, runOwn } from "./own-workflow.ts";
import { scene } from "./support.ts";

const GRAPH = `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  par [shape=component]; join [shape=tripleoctagon, merge=all]
  dungeon [shape=parallelogram, tool_command="echo D > dungeon.txt"]
  monsters [shape=parallelogram, tool_command="echo M > monsters.txt; echo '::set-output name=x::y'; echo 'monsters.c:3:7: error: no such monster'"]
  verify [shape=parallelogram, tool_command="cat dungeon.txt monsters.txt"]
  start -> par; par -> dungeon -> join; par -> monsters -> join; join -> verify; verify -> exit
}`;

const workflow = (permissions: string, more = "") => `name: Own
on: workflow_dispatch
permissions: {}
jobs:
  game:
    runs-on: ubuntu-latest
    permissions: { contents: ${permissions} }
    steps:
      - id: game
        uses: attractor/attractor@v1
        with:
          graph: graphs/game.dot${more}
      - run: echo "SAW $STATUS $RUN [$COST] $FINAL"
        env:
          STATUS: \${{ steps.game.outputs.status }}
          RUN: \${{ steps.game.outputs.run-id }}
          COST: \${{ steps.game.outputs.cost-usd }}
          FINAL: \${{ steps.game.outputs.final }}
`;

async function played(text: string) {
  const s = await scene({ "graphs/game.dot": GRAPH, [OWN_PATH]: text });
  const run = await runOwn(s);
  const job = s.repository.runs.get(run.id)!.attempts[0]!.jobs[0]!;
  return { s, id: run.id, run: begunBy(s, run.id)[0]!, job, conclusion: run.conclusion };
}

describe("a graph in one job of somebody's own workflow", () => {
  it("R-GH-1: runs to its end, branches and all; ledger, branch, outputs, summary and artifact are there", async () => {
    const { s, run, job, conclusion } = await played(workflow("write"));
    expect(conclusion, story(s)).toBe("success");
    expect(ledgerOf(s, run).at(-1)).toMatchObject({ event: "run_completed" });
    expect(gitOf(s, "ls-tree", "--name-only", `refs/heads/attractor/run/${run}`)).toContain("monsters.txt");
    const log = job.log.join("");
    expect(log).toContain(`SAW success ${run} [0.0000] {"status":"success","run_id":"${run}"}`);
    expect(artifactsOf(s)).toEqual([`attractor-${run}-h1-single-a1`]);
    // The annotation is real; the stage's own command is text between stop-commands.
    expect(job.check.annotations).toMatchObject([
      { path: "monsters.c", start_line: 3, message: "no such monster" },
    ]);
    expect(log).toMatch(/::stop-commands::[0-9a-f]{32}\n::set-output name=x::y/);
    const summary = [...job.summaries.values()].join("");
    expect(summary).toContain("```mermaid");
    expect(summary).toContain(`branch attractor/run/${run}`);
    // Its workflow has no form of ours to begin it by.
    expect(summary).toContain("gh pr create");
    expect(summary).not.toContain("gh workflow run");
  }, 120_000);

  it("R-GH-2: where nothing may write contents, runs in that job alone, says so, and its artifact is the record", async () => {
    const { s, id, run, job, conclusion } = await played(workflow("read", "\n          retention-days: 3"));
    expect(conclusion, story(s)).toBe("success");
    expect(gitOf(s, "for-each-ref", "refs/attractor")).toBe("");
    const name = `attractor-${run}-h1-single-a1`;
    expect(artifactsOf(s)).toEqual([name]);
    const summary = [...job.summaries.values()].join("");
    expect(summary).toContain("its artifact alone");
    expect(summary).toContain(`gh run download ${id} --name ${name}`);
    // No branch holds the work, and nobody can begin this workflow by a form of ours.
    expect(summary).not.toMatch(/attractor\/run\/|git fetch origin|gh pr create|gh workflow run/);
    const artifact = [...s.repository.artifacts.values()][0]!;
    expect(Math.round((artifact.expiresAt - artifact.createdAt) / 86_400_000)).toBe(3);
    const bundle = unzipSync(readFileSync(artifact.file))["work.bundle"];
    expect(bundle, story(s)).toBeDefined();
    const file = join(dirname(s.repository.gitDir), "work.bundle");
    writeFileSync(file, bundle!);
    gitOf(s, "fetch", "--quiet", file, "refs/heads/attractor-work:attractor-work");
    expect(gitOf(s, "show", "attractor-work:monsters.txt", "attractor-work:dungeon.txt")).toBe("M\nD\n");
  }, 120_000);

  it("R-GH-20: two steps and a matrix of two are four runs, each with its log, branch and artifact", async () => {
    const use = (id: string) => `      - id: ${id}
        uses: attractor/attractor@v1
        with: { graph: graphs/small.dot }
`;
    const small = `digraph small { start [shape=Mdiamond]; exit [shape=Msquare]
      one [shape=parallelogram, tool_command="echo 1 > one.txt"]; start -> one -> exit }`;
    const s = await scene({
      "graphs/small.dot": small,
      [OWN_PATH]: `name: Own
on: workflow_dispatch
permissions: { contents: write }
jobs:
  game:
    runs-on: ubuntu-latest
    strategy: { matrix: { level: [1, 2] } }
    steps:
${use("first")}${use("second")}`,
    });
    const { id, conclusion } = await runOwn(s);
    expect(conclusion, story(s)).toBe("success");
    const runs = begunBy(s, id);
    expect(runs).toHaveLength(4);
    for (const run of runs) {
      expect(ledgerOf(s, run).at(-1)).toMatchObject({ event: "run_completed" });
      expect(gitOf(s, "show", `refs/heads/attractor/run/${run}:one.txt`)).toBe("1\n");
    }
    expect(artifactsOf(s).sort()).toEqual(runs.map((run) => `attractor-${run}-h1-single-a1`));
  }, 120_000);

  it("R-GH-20: a job that is run again after its run has ended begins another", async () => {
    const { s, id, run } = await played(workflow("write"));
    await s.me.request("POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun", { ...s.at, run_id: id });
    const [again] = await allRuns(s);
    expect(again?.conclusion, story(s)).toBe("success");
    const runs = begunBy(s, id);
    expect([runs.length, runs.includes(run)]).toEqual([2, true]);
    for (const each of runs) expect(ledgerOf(s, each).at(-1)).toMatchObject({ event: "run_completed" });
  }, 120_000);

  it("R-GH-20: two uses that GitHub tells apart by nothing are one run, the second is red and says what to do", async () => {
    const text = workflow("write").replace(
      /( {6}- id: game\n[\s\S]*?)( {6}- run)/,
      (_all, step: string, rest: string) =>
        `${step}          use: same\n${step.replace("id: game", "id: other")}          use: same\n${rest}`,
    );
    const { s, conclusion } = await played(text);
    expect(conclusion, story(s)).toBe("failure");
    expect(story(s)).toContain("give each its `name:`");
  }, 120_000);

  it("R-GH-21: a secret that is too short to be masked is refused by its name before anything runs", async () => {
    const { s, conclusion } = await played(workflow("write", "\n          secrets: PIN=1234"));
    expect(conclusion).toBe("failure");
    expect(story(s)).toContain("PIN: shorter than 8 characters");
    expect(gitOf(s, "for-each-ref", "refs/attractor")).toBe("");
  }, 120_000);
});
