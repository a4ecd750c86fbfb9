import { describe, expect, it } from "vitest";
import { allRuns, begunBy, ledgerOf, story } from "./inspect.ts";
import { scene } from "./support.ts";

const GRAPH = `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  first [shape=parallelogram, tool_command="echo P > plan.txt"]
  agent [prompt="Do it", llm_provider=zai, llm_model="glm-4.7"]
  start -> first -> agent -> exit
}`;

const OWN = `name: Own
on: workflow_dispatch
permissions: {}
jobs:
  game:
    runs-on: ubuntu-latest
    permissions: { contents: write }
    steps:
      - uses: attractor/attractor@v1
        with: { graph: graphs/game.dot }
`;

describe("a run on GitHub that could not succeed", () => {
  it("R-PRE-6: ends before its first stage, and says which secret nobody passed", async () => {
    const s = await scene({
      "graphs/game.dot": GRAPH,
      ".github/workflows/own.yml": OWN,
      ".github/attractor.yml": "llm: { providers: { zai: { backend: api } } }\n",
    });
    await s.me.request("POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches", {
      ...{ ...s.at, workflow_id: "own.yml", ref: "main" },
    });
    const [{ id } = { id: 0 }] = await allRuns(s);
    const ledger = ledgerOf(s, begunBy(s, id)[0]!);
    expect(ledger.at(-1), story(s)).toMatchObject({
      event: "run_failed",
      failure_reason: expect.stringContaining(
        "zai has no key: set ZAI_API_KEY (on GitHub: add it as a secret",
      ),
    });
    expect(ledger.filter(({ event }) => event === "stage_attempt_start")).toEqual([]);
  });
});
