import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { allRuns, gitOf, ledgerOf, story } from "../inspect.ts";
import { scene } from "../support.ts";

const steal = readFileSync(join(import.meta.dirname, "steal.sh"), "utf8");

const GRAPH = `digraph canary { graph [goal="Write with the token"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  tool [shape=parallelogram, tool_command="sh steal.sh"]
  agent [prompt="Write with the token"]
  par [shape=component]; join [shape=tripleoctagon]
  left [shape=parallelogram, tool_command="sh steal.sh"]
  right [prompt="Write with the token"]
  start -> tool; tool -> agent; agent -> par; par -> left -> join; par -> right -> join; join -> exit
}`;

const CONFIG = `version: 1
llm:
  providers:
    ours: { backend: command, command: "sh steal.sh && echo '{\\"status\\":\\"success\\"}' > $ATTRACTOR_STATUS_PATH" }
`;

describe("a stage that is the driver's own user", () => {
  it("R-GH-9, R-SEC-4: is handed no token, and the one that it digs up writes nothing, by tool and by agent, in trunk and branch", async () => {
    const s = await scene(
      { "graphs/canary.dot": GRAPH, "steal.sh": steal, ".github/attractor.yml": CONFIG },
      { jobs: { contents: "read" } },
    );
    const id = await s.dispatch({ graph: "graphs/canary.dot" });
    await allRuns(s);
    const log = ledgerOf(s, `r${id}`);
    const ends = log.flatMap((event) =>
      event.event === "stage_attempt_end" && ["tool", "agent", "left", "right"].includes(event.node_id)
        ? [`${event.node_id} ${event.status} ${event.failure_reason ?? ""}`.trim()]
        : [],
    );
    expect(ends, story(s)).toEqual(["tool success", "agent success", "left success", "right success"]);
    expect(log.at(-1)).toMatchObject({ event: "run_completed" });
    expect(gitOf(s, "for-each-ref", "--format=%(refname)")).not.toContain("stolen");
  }, 240_000);
});
