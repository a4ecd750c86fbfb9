import { describe, expect, it } from "vitest";
import { allRuns, gitOf, ledgerOf, story } from "./inspect.ts";
import { artifactsOf } from "./moments.ts";
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

async function runOwn(text: string) {
  const s = await scene({ "graphs/game.dot": GRAPH, ".github/workflows/own.yml": text });
  await s.me.request("POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches", {
    ...s.at,
    workflow_id: "own.yml",
    ref: "main",
  });
  const [run] = await allRuns(s);
  const job = s.repository.runs.get(run!.id)!.attempts[0]!.jobs[0]!;
  return { s, id: run!.id, run: `r${run!.id}`, job, conclusion: run!.conclusion };
}

describe("a graph in one job of somebody's own workflow", () => {
  it("R-GH-1: runs to its end, branches and all; ledger, branch, outputs, summary and artifact are there", async () => {
    const { s, run, job, conclusion } = await runOwn(workflow("write"));
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
  }, 120_000);

  it("R-GH-2: where nothing may write contents, runs in that job alone, says so, and its artifact is the record", async () => {
    const { s, run, job, conclusion } = await runOwn(workflow("read"));
    expect(conclusion, story(s)).toBe("success");
    expect(gitOf(s, "for-each-ref", "refs/attractor")).toBe("");
    expect([...job.summaries.values()].join("")).toContain("its artifact alone");
    expect(artifactsOf(s)).toEqual([`attractor-${run}-h1-single-a1`]);
  }, 120_000);
});
