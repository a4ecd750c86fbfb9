import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { allRuns, ledgerOf, story } from "./inspect.ts";
import { scene } from "./support.ts";

const canary = readFileSync(join(import.meta.dirname, "canary.sh"), "utf8");

const GRAPH = `digraph canary { graph [goal="Find the token"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  tool [shape=parallelogram, tool_command="sh canary.sh"]
  agent [prompt="Find the token"]
  par [shape=component]; join [shape=tripleoctagon]
  left [shape=parallelogram, tool_command="sh canary.sh"]
  right [prompt="Find the token"]
  start -> tool; tool -> agent; agent -> par; par -> left -> join; par -> right -> join; join -> exit
}`;

const CONFIG = `version: 1
llm:
  providers:
    ours: { backend: command, command: sh canary.sh }
`;

describe("a stage that looks for the job's token", () => {
  it("R-GH-9, R-SEC-4: finds what is planted for it, and the token in no environment, process, file or socket, by tool and by agent, in trunk and branch, and leaves nothing running", async () => {
    const s = await scene({
      "graphs/canary.dot": GRAPH,
      "canary.sh": canary,
      ".github/attractor.yml": CONFIG,
    });
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
    const left = execFileSync("ps", ["-eo", "user:32,args"], { encoding: "utf8" });
    expect(
      left.split("\n").filter((line) => line.startsWith("attractor-stage") && line.includes("sleep 300")),
    ).toEqual([]);
  }, 240_000);
});
