import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  jobsIn,
  mostJobs,
  type RoundRules,
  type RoundStep,
  workflowRunsOf,
} from "../../engine/plan/rounds.ts";

const S: RoundStep = { kind: "stages" };
const Q: RoundStep = { kind: "question" };
const F = (count: number): RoundStep => ({ kind: "branches", count });
const times = (n: number, ...steps: RoundStep[]) => Array.from({ length: n }, () => steps).flat();

const BY_WORKFLOW: RoundRules = { coordinator: "workflow", rounds: 4, told: false };
const TOLD: RoundRules = { ...BY_WORKFLOW, told: true };
const BY_APP: RoundRules = { ...TOLD, coordinator: "app" };

/** Jobs by the workflow's own means, the workflow runs of that, jobs when a pull request is told, and with the app. */
const TABLE: readonly (readonly [string, readonly RoundStep[], number, number, number, number])[] = [
  ["stages alone", [S], 1, 1, 2, 2],
  ["a fan-out of two", [S, F(2), S], 4, 1, 5, 5],
  ["two fan-outs of three", [S, F(3), S, F(3), S], 9, 1, 10, 10],
  ["a question between, answered", [S, Q, S], 4, 3, 5, 3],
  ["ten fan-outs of two in a loop", [S, ...times(10, F(2), S)], 33, 3, 34, 34],
  ["300 branches", [S, F(300), S], 305, 2, 306, 305],
  ["fan-outs as many as rounds, and then the end", [S, ...times(4, F(1))], 9, 1, 9, 10],
  ["a question last", [S, Q], 3, 2, 3, 2],
  ["a question between two fan-outs", [S, F(2), Q, F(2), S], 10, 3, 11, 9],
  ["a second fan-out that does not fit beside the first", [F(200), F(100), S], 305, 2, 306, 305],
];

describe("jobs by hop and round", () => {
  it.each(TABLE)("R-PRE-5: %s", (_what, steps, jobs, runs, told, app) => {
    const planned = workflowRunsOf(steps, BY_WORKFLOW);
    expect([jobsIn(planned), planned.length]).toEqual([jobs, runs]);
    expect(jobsIn(workflowRunsOf(steps, TOLD))).toBe(told);
    expect(jobsIn(workflowRunsOf(steps, BY_APP))).toBe(app);
  });

  it("R-GH-18: the page of the protocol has the same numbers", () => {
    const page = readFileSync(new URL("../../docs/protocol.md", import.meta.url), "utf8");
    const rows = [
      ...page.matchAll(/^\| (.+?) \| (\d+) \((\d+)\) \| (\d+) \((\d+)\) \| (\d+) \| (\d+) \| (\d+) \|$/gm),
    ];
    expect(rows).toHaveLength(6);
    for (const [, shape, before, , jobs, runs, told, app, ideal] of rows) {
      const row = TABLE.find(([name]) => name === shape);
      expect(row?.slice(2), shape).toEqual([jobs, runs, told, app].map(Number));
      expect(Number(jobs)).toBeLessThan(Number(before));
      expect(Number(app)).toBeGreaterThanOrEqual(Number(ideal));
    }
  });

  it("R-PRE-5: names each job, by workflow run", () => {
    const names = workflowRunsOf([S, F(3), Q, S], TOLD).map((run) =>
      run.map(({ name, count }) => `${count} ${name}`),
    );
    expect(names).toEqual([
      ["1 Trunk 1", "3 Branches 1", "1 Trunk 2", "1 Next"],
      ["1 Command"],
      ["1 Trunk 1", "1 Next"],
    ]);
  });

  it("R-PRE-5: no order of the same parts takes more than the most", () => {
    const step = fc.oneof(
      fc.constant(S),
      fc.constant(Q),
      fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 700 })).map(F),
    );
    const rules = fc.record({
      coordinator: fc.constantFrom("workflow" as const, "app" as const),
      rounds: fc.integer({ min: 1, max: 6 }),
      told: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), rules, (steps, by) => {
        const fans = steps.flatMap((one) => (one.kind === "branches" ? [one.count] : []));
        const counts = {
          fanOuts: fans.length,
          branches: fans.reduce((sum, n) => sum + n, 0),
          questions: steps.filter(({ kind }) => kind === "question").length,
          more: 0,
        };
        expect(jobsIn(workflowRunsOf(steps, by))).toBeLessThanOrEqual(mostJobs(counts, by));
      }),
      { numRuns: 2000 },
    );
  });
});
