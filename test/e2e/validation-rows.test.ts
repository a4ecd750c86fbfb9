/** The six rows of the postmortem's validation matrix, as hops on the box: trunk job, a job for each branch, a later trunk job. */
import { describe, expect, it } from "vitest";
import type { RunEvent } from "../../engine/core/events.ts";
import type { Checkpoint } from "../../engine/ledger/projections/checkpoint.ts";
import type { finalOf } from "../../engine/ledger/projections/final.ts";
import { beatsOf } from "./beats.ts";
import { type GraphName, REASON, world } from "./validation-world.ts";

type Final = ReturnType<typeof finalOf>;

const of = <N extends RunEvent["event"]>(log: readonly RunEvent[], name: N) =>
  log.filter((event): event is Extract<RunEvent, { event: N }> => event.event === name);

async function run(name: GraphName) {
  const { left, story, objects } = await world();
  const mine = left[name];
  const end = (node: string) => of(mine.log, "stage_attempt_end").find(({ node_id }) => node_id === node);
  return { ...mine, story, objects, end };
}

// The first of them runs the graphs for all.
describe("the validation matrix on hops", { timeout: 400_000 }, () => {
  it("R-RUN-4 row 1 on hops: a success, a broken status contract and a turn limit are classified and joined", async () => {
    const { log, story } = await run("reasons");
    const ends = of(log, "branch_completed").toSorted((a, b) => a.branch_key.localeCompare(b.branch_key));
    expect(
      ends.map((end) => [end.branch_key, end.status, end.failure_class ?? null]),
      story,
    ).toEqual([
      ["par/v1/01-good", "success", null],
      ["par/v1/02-contract", "fail", "deterministic"],
      ["par/v1/03-turns", "fail", "budget_exhausted"],
    ]);
    expect(ends[2]?.failure_reason).toBe("turn limit reached (max_turns=60)");
    expect(of(log, "fanout_joined")).toMatchObject([{ status: "partial_success" }]);
  });

  it("R-RUN-4 row 2 on hops, R-LIVE-6: heartbeats of running attempts alone, in the job logs and never in git", async () => {
    const { log, jobs, objects, story } = await run("partial");
    const beats = jobs.flatMap((job) => beatsOf(job.log).map((beat) => ({ ...beat, job: job.name })));
    expect(
      beats.filter(({ inside }) => !inside),
      story,
    ).toEqual([]);
    for (const [node, where] of [
      ["slow", /^Branches 1 \(02 /],
      ["after", /^Trunk 2$/],
    ] as const) {
      const its = beats.filter((beat) => beat.node === node);
      expect(its.length).toBeGreaterThan(1);
      for (const { job } of its) expect(job).toMatch(where);
    }
    expect(of(log, "stage_heartbeat")).toEqual([]);
    // The objects are whole: they hold what the ledger says, also of the branches' own logs.
    expect(objects).toContain('"stage_attempt_start"');
    expect(objects).not.toContain("stage_heartbeat");
  });

  it("R-RUN-4 row 3 on hops: a status at .ai/status.json alone is taken, and the log says from where", async () => {
    const { log, end, story } = await run("reasons");
    const taken = of(log, "status_ingestion_decision").find(({ node_id }) => node_id === "work");
    expect(taken, story).toMatchObject({ source: "dot_ai", copied: true });
    expect(end("work")).toMatchObject({ status: "success", notes: "from the worktree" });
  });

  it("R-RUN-4 row 4 on hops: a check keeps the reason of what failed before it, up to the final", async () => {
    const { log, run: id, end, file, story } = await run("reasons");
    expect(end("check"), story).toMatchObject({ status: "fail", passed_on: true, failure_reason: REASON });
    expect(end("check")?.failure_signature).toBe(end("build")?.failure_signature);
    expect(log.at(-1)).toMatchObject({ event: "run_failed", failed_node: "build", failure_reason: REASON });
    expect(file<Final>("final.json")).toMatchObject({
      run_id: id,
      status: "fail",
      failed_node: "build",
      failure_reason: REASON,
    });
  });

  it("R-RUN-4 row 5 on hops: the same failure in other words, each time in another hop, trips the breaker", async () => {
    const { log, file, story } = await run("loop");
    let hop = 0;
    const checks = log.flatMap((event) => {
      if (event.event === "hop_started") hop = event.hop;
      return event.event === "deterministic_failure_cycle_check" ? [[hop, event.signature_count]] : [];
    });
    expect(checks, story).toEqual([
      [2, 1],
      [3, 2],
      [4, 3],
    ]);
    const reasons = of(log, "stage_attempt_end").flatMap((end) => end.failure_reason ?? []);
    expect(new Set(reasons).size).toBe(3);
    expect(of(log, "deterministic_failure_cycle_breaker")).toMatchObject([
      { node_id: "verify", signature_count: 3, signature_limit: 3, failure_class: "deterministic" },
    ]);
    const final = file<Final>("final.json");
    expect(final).toMatchObject({ status: "fail", failed_node: "verify" });
    expect(final.failure_reason).toContain("spawnMonster");
  });

  it("R-RUN-4 row 6 on hops: the artifact's checkpoint counts a looping branch's retries and lists each node once", async () => {
    const { file, story } = await run("partial");
    const checkpoint = file<Checkpoint>("checkpoint.json");
    const counts = {
      node_retries: { impl_monsters: 3, verify_monsters: 3 },
      node_visits: { impl_monsters: 4, verify_monsters: 4 },
    };
    expect(checkpoint.branches["par/v1/01-impl_monsters"], story).toMatchObject({
      status: "success",
      ...counts,
      completed_nodes: ["impl_monsters", "verify_monsters"],
    });
    expect(checkpoint.branches["par/v1/03-broken"]).toMatchObject({
      status: "fail",
      node_retries: { broken: 0 },
      node_visits: { broken: 1 },
      completed_nodes: ["broken"],
    });
    expect(Object.keys(checkpoint.branches)).toEqual([
      "par/v1/01-impl_monsters",
      "par/v1/02-slow",
      "par/v1/03-broken",
    ]);
    expect(checkpoint.completed_nodes).toEqual(["start", "quick", "par", "join", "after", "exit"]);
    expect(file<Final>("final.json").branches[0]).toMatchObject(counts);
  });

  it("R-RUN-4, R-FAN-5 on hops: a success without a branch that failed is a warning on the workflow run's page", async () => {
    const { log, jobs, file, story } = await run("partial");
    expect(log.at(-1), story).toMatchObject({ event: "run_completed" });
    expect(file<Final>("final.json")).toMatchObject({ status: "success", outcome: "partial_success" });
    const warnings = jobs.flatMap(({ annotations }) => annotations);
    expect(warnings.filter((text) => text.startsWith("partial_success: "))).toEqual([
      expect.stringContaining("without branches that failed: par/v1/03-broken."),
    ]);
  });
});
