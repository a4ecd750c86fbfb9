/** Rows of the postmortem's validation matrix, as hops on the box: trunk job, a job for each branch, a later trunk job. */
import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../engine/core/events.ts";
import { allRuns, ledgerOf, story } from "./inspect.ts";
import { type Scene, scene } from "./support.ts";

const REASON = "cannot find module './level-3.js' imported from src/world.ts";

const GRAPH = `digraph rows { graph [goal="The rows"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  work [shape=parallelogram, tool_command="sh stage.sh work"]
  par [shape=component]; join [shape=tripleoctagon]
  good [shape=parallelogram, tool_command="echo fine"]
  contract [shape=parallelogram, tool_command="sh stage.sh contract"]
  turns [shape=parallelogram, tool_command="sh stage.sh turns"]
  build [shape=parallelogram, tool_command="sh stage.sh build"]
  check [shape=diamond]; ship [shape=parallelogram, tool_command="true"]
  start -> work -> par; par -> good -> join; par -> contract -> join; par -> turns -> join
  join -> build [condition="outcome=success"]; join -> exit [condition="outcome!=success"]
  build -> check; check -> ship [condition="outcome=success"]; ship -> exit
}`;

const STAGE = `case "$1" in
  work) mkdir -p .ai; echo '{"status":"success","notes":"from the worktree"}' > .ai/status.json;;
  contract) echo '{"status": 7' > "$ATTRACTOR_STATUS_PATH";;
  turns) echo '{"status":"fail","failure_reason":"turn limit reached (max_turns=60)"}' > "$ATTRACTOR_STATUS_PATH";;
  build) printf '{"status":"fail","failure_reason":"%s"}' "${REASON}" > "$ATTRACTOR_STATUS_PATH";;
esac
`;

function lastFinal(s: Scene): Record<string, unknown> {
  const finals = [...s.repository.artifacts.values()].flatMap((artifact) => {
    const text = unzipSync(readFileSync(artifact.file))["final.json"];
    return text ? [JSON.parse(Buffer.from(text).toString()) as Record<string, unknown>] : [];
  });
  return finals.at(-1) ?? {};
}

const of = <N extends RunEvent["event"]>(log: readonly RunEvent[], name: N) =>
  log.filter((event): event is Extract<RunEvent, { event: N }> => event.event === name);

describe("the validation matrix on hops", () => {
  it("R-RUN-4 row 1 on hops, R-RUN-4 row 3 on hops, R-RUN-4 row 4 on hops: branches are classified and joined, .ai/status.json is taken, a check keeps the reason up to the final", async () => {
    const s = await scene({ "graphs/rows.dot": GRAPH, "stage.sh": STAGE });
    const run = `r${await s.dispatch({ graph: "graphs/rows.dot" })}`;
    await allRuns(s);
    const log = ledgerOf(s, run);
    const told = () => story(s).slice(-20_000);

    // Row 1.
    const ends = of(log, "branch_completed").toSorted((a, b) => a.branch_key.localeCompare(b.branch_key));
    expect(
      ends.map((end) => [end.branch_key, end.status, end.failure_class ?? null]),
      told(),
    ).toEqual([
      ["par/v1/01-good", "success", null],
      ["par/v1/02-contract", "fail", "deterministic"],
      ["par/v1/03-turns", "fail", "budget_exhausted"],
    ]);
    expect(ends[2]?.failure_reason).toBe("turn limit reached (max_turns=60)");
    expect(of(log, "fanout_joined")).toMatchObject([{ status: "partial_success" }]);

    // Row 3.
    expect(of(log, "status_ingestion_decision").find(({ node_id }) => node_id === "work")).toMatchObject({
      source: "dot_ai",
      copied: true,
    });
    const work = of(log, "stage_attempt_end").find(({ node_id }) => node_id === "work");
    expect(work).toMatchObject({ status: "success", notes: "from the worktree" });

    // Row 4.
    const [build, check] = ["build", "check"].map((node) =>
      of(log, "stage_attempt_end").find(({ node_id }) => node_id === node),
    );
    expect(check).toMatchObject({ status: "fail", passed_on: true, failure_reason: REASON });
    expect(check?.failure_signature).toBe(build?.failure_signature);
    expect(log.at(-1)).toMatchObject({ event: "run_failed", failed_node: "build", failure_reason: REASON });
    expect(lastFinal(s)).toMatchObject({
      run_id: run,
      status: "fail",
      failed_node: "build",
      failure_reason: REASON,
    });
  }, 240_000);
});
