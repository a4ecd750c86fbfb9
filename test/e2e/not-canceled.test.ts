import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { allRuns, ledgerOf, story } from "./inspect.ts";
import { scene } from "./support.ts";

const GRAPH = `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  build [shape=parallelogram, tool_command="echo 'rpc error: context canceled' >&2; exit 1"]
  start -> build -> exit
}`;

describe("a stage that the run did not cancel", () => {
  it("R-FAIL-4 on hops: says `context canceled` before the exit, and the run ends as failed", async () => {
    const s = await scene({ "graphs/game.dot": GRAPH });
    const run = `r${await s.dispatch({ graph: "graphs/game.dot" })}`;
    await allRuns(s);
    const log = ledgerOf(s, run);
    const failure = {
      failure_class: "deterministic",
      failure_reason: expect.stringContaining("context canceled"),
    };
    expect(
      log.find((event) => event.event === "stage_attempt_end" && event.node_id === "build"),
      story(s),
    ).toMatchObject({ status: "fail", ...failure });
    expect(log.at(-1)).toMatchObject({ event: "run_failed", failed_node: "build", ...failure });
    const artifact = [...s.repository.artifacts.values()].find(({ name }) => name.includes("-trunk-"));
    const final = unzipSync(readFileSync(artifact!.file))["final.json"]!;
    expect(JSON.parse(Buffer.from(final).toString())).toMatchObject({
      ...{ run_id: run, status: "fail", failed_node: "build", ...failure },
    });
  }, 120_000);
});
