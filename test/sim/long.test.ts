import { describe, expect, it } from "vitest";
import type { StageEffect } from "../../engine/core/effects.ts";
import { broken } from "./invariants.ts";
import { simWorld } from "./world.ts";

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1);

/** A world where nothing goes wrong but time: jobs of six hours, and stages that take the minutes given. */
async function played(
  edges: string,
  minutes: Readonly<Record<string, number>>,
  attrs: Readonly<Record<string, string>> = {},
) {
  const tried: string[] = [];
  const stages = Object.keys(minutes).map(
    (node) => `${node} [${attrs[node] ?? `shape=parallelogram, tool_command="x"`}]`,
  );
  const { world, play } = simWorld(1, {
    readOnly: "none",
    graph: `${stages.join("; ")}; ${edges}`,
    rough: 0,
    jobMs: 360 * MINUTE,
    stage: ({ node }: StageEffect) => {
      const ms = (minutes[node] ?? 0) * MINUTE;
      tried.push(node);
      return { ms, result: { outcome: { status: "success" }, evidence: {}, durationMs: ms } };
    },
  });
  await play();
  const log = world.log();
  expect(broken(world)).toEqual([]);
  // The platform had to kill nothing: every job ended by itself.
  expect(world.killed).toEqual([]);
  return { log, tried, last: log.at(-1)! };
}

const tool = (timeout: string): string => `shape=parallelogram, tool_command="x", timeout="${timeout}"`;
const LONG = { a: 91, b: 84, c: 118, d: 43, e: 67, f: 64 };
const LINE = "start -> a -> b -> c -> d -> e -> f -> exit";
const hops = (log: readonly { event: string }[]) => log.filter((line) => line.event === "hop_started").length;

describe("a run longer than a job", () => {
  it("R-GH-11: of 7 h 47 m ends right on jobs of 6 h: two hops, and no stage that ended runs again", async () => {
    expect(Object.values(LONG).reduce((sum, each) => sum + each)).toBe(7 * 60 + 47);
    const { log, tried, last } = await played(LINE, LONG);
    expect(last).toMatchObject({ event: "run_completed" });
    // The first job's time ends in the middle of e, which said nothing of how long it takes.
    expect(tried).toEqual(["a", "b", "c", "d", "e", "e", "f"]);
    expect(log.filter((line) => line.event === "stage_attempt_end" && line.evidence?.lost)).toHaveLength(1);
    expect(hops(log)).toBe(2);
  });

  it("R-GH-11: does not begin what says that it may outlast the job, and then takes no longer than its stages", async () => {
    const { log, tried, last } = await played(LINE, LONG, { e: tool("70m") });
    expect(last).toMatchObject({ event: "run_completed" });
    expect(tried).toEqual(["a", "b", "c", "d", "e", "f"]);
    expect(hops(log)).toBe(2);
    expect((Date.parse(last.ts) - START) / MINUTE).toBeLessThan(7 * 60 + 47 + 10);
  });

  it("R-GH-11: in a branch, pauses it and goes on with it alone, beside branches that were done", async () => {
    const { log, tried, last } = await played(
      "start -> p; p -> x -> y -> j; p -> z -> j; j -> f -> exit",
      { p: 0, x: 200, y: 230, z: 5, j: 1, f: 1 },
      { p: "shape=component", j: "shape=tripleoctagon", y: tool("4h") },
    );
    expect(last).toMatchObject({ event: "run_completed" });
    expect(tried.toSorted()).toEqual(["f", "j", "x", "y", "z"]);
    expect(log.filter((line) => line.event === "leg_paused")).toMatchObject([
      { branch_key: "p/v1/01-x", why: "yield" },
    ]);
    expect(hops(log)).toBe(3);
  });

  it("R-GH-11: a stage that no job can hold fails with that cause after one whole job, and starts no chain of hops", async () => {
    for (const attrs of [{}, { b: tool("8h") }]) {
      const { log, tried, last } = await played("start -> a -> b -> exit", { a: 100, b: 400 }, attrs);
      expect(tried).toEqual("b" in attrs ? ["a", "b"] : ["a", "b", "b"]);
      const end = log.findLast((line) => line.event === "stage_attempt_end" && line.node_id === "b");
      expect(end).toMatchObject({
        status: "fail",
        evidence: { timed_out: true },
        failure_reason: expect.stringContaining("b took all the time of a job of 360 minutes"),
      });
      expect(last.event).toMatch(/^run_/);
      expect(hops(log)).toBe(2);
    }
  });
});
