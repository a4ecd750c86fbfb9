import { describe, expect, it } from "vitest";
import { begunBy, ledgerOf, story } from "./inspect.ts";
import { OWN_PATH, ownWorkflow, runOwn } from "./own-workflow.ts";
import { scene } from "./support.ts";

const GRAPH = `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  first [shape=parallelogram, tool_command="echo P > plan.txt"]
  agent [prompt="Do it", llm_provider=zai, llm_model="glm-4.7"]
  start -> first -> agent -> exit
}`;

describe("a run on GitHub that could not succeed", () => {
  it("R-PRE-6: ends before its first stage, and says which secret nobody passed", async () => {
    const s = await scene({
      "graphs/game.dot": GRAPH,
      [OWN_PATH]: ownWorkflow(),
      ".github/attractor.yml": "llm: { providers: { zai: { backend: api } } }\n",
    });
    const { id } = await runOwn(s);
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
