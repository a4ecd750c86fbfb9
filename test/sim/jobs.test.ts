import { describe, expect, it } from "vitest";
import { MOST_LEGS } from "../../action/hop/control-output.ts";
import type { StageEffect } from "../../engine/core/effects.ts";
import type { ReadOnly } from "../../engine/core/read-only-stages.ts";
import { broken } from "./invariants.ts";
import { simWorld } from "./world.ts";

const TOOL = `shape=parallelogram, tool_command="x"`;
const fan = (name: string, legs: number, to: string): string =>
  `${name} [shape=component, max_parallel=${MOST_LEGS}]; ${name}j [shape=tripleoctagon]; ${name}j -> ${to}; ${Array.from(
    { length: legs },
    (_, n) => `${name}${n} [${TOOL}]; ${name} -> ${name}${n} -> ${name}j`,
  ).join("; ")}`;

interface Kind {
  readonly tells?: boolean;
  readonly rounds?: number;
  readonly coordinator?: "workflow" | "app";
  readonly readOnly?: ReadOnly;
}

/** Where nothing goes wrong: the jobs and workflow runs that a shape costs, those of people's commands among them. */
async function cost(
  graph: string,
  { tells = false, rounds = 4, coordinator = "workflow", readOnly = "none" }: Kind = {},
) {
  const { world, play, looks } = simWorld(3, {
    ...{ graph, tells, rounds, coordinator, readOnly, rough: 0, jobMs: 6 * 3_600_000 },
    stage({ node, visit }: StageEffect) {
      const preferred_label = node === "loop" && visit < 10 ? "again" : "on";
      return {
        ms: 1_000,
        result: { outcome: { status: "success", preferred_label }, evidence: {}, durationMs: 1_000 },
      };
    },
  });
  await play();
  expect(broken(world)).toEqual([]);
  expect(world.log().at(-1)?.event).toBe("run_completed");
  const sweeps = coordinator === "workflow" ? looks() : 0;
  return [world.github.jobs.length + sweeps, world.github.runs.size + sweeps];
}

/** Jobs and workflow runs where the workflow decides, and where the app does; there one more leaves the end as an artifact. */
const SHAPES: readonly (readonly [string, string, [number, number], [number, number]])[] = [
  ["a serial graph", `a [${TOOL}]; b [${TOOL}]; start -> a -> b -> exit`, [1, 1], [1, 1]],
  ["a fan-out of 2", `a [${TOOL}]; start -> a -> p; ${fan("p", 2, "exit")}`, [4, 1], [4, 1]],
  [
    "two fan-outs of 3",
    `start -> p; ${fan("p", 3, "b")}; b [${TOOL}]; b -> r; ${fan("r", 3, "exit")}`,
    [9, 1],
    [9, 1],
  ],
  [
    "a question, answered",
    `a [${TOOL}]; q [shape=hexagon]; b [${TOOL}]; start -> a -> q; q -> b [label="Yes"]; b -> exit`,
    [4, 3],
    [2, 2],
  ],
  [
    "a loop of 10 fan-outs of 2",
    `start -> p; ${fan("p", 2, "loop")}; loop [${TOOL}]; loop -> p [label="again"]; loop -> exit [label="on"]`,
    [33, 3],
    [33, 3],
  ],
  ["300 branches", `start -> p; ${fan("p", 300, "exit")}`, [305, 2], [304, 2]],
];

describe("jobs of a run to which nothing happens", () => {
  it.each(SHAPES)(
    "R-GH-5: %s takes no more than it must",
    async (_shape, graph, byWorkflow, byApp) => {
      const [jobs, runs] = byWorkflow;
      expect(await cost(graph)).toEqual(byWorkflow);
      if (jobs < 100) expect(await cost(graph, { tells: true })).toEqual([jobs + 1, runs]);
      expect(await cost(graph, { coordinator: "app" })).toEqual(byApp);
    },
    60_000,
  );

  it("R-GH-18: jobs that may only read take a job for each turn of the trunk, and the trunk's own", async () => {
    const root = `a [${TOOL}]; b [${TOOL}, privileged=true]; c [${TOOL}]; start -> a -> b -> c -> exit`;
    expect(await cost(root, { readOnly: "privileged" })).toEqual([3, 1]);
    expect(await cost(root, { readOnly: "all" })).toEqual([3, 1]);
    const fans = `a [${TOOL}]; start -> a -> p; ${fan("p", 2, "exit")}`;
    expect(await cost(fans, { readOnly: "privileged" })).toEqual([4, 1]);
    expect(await cost(fans, { readOnly: "all", rounds: 6 })).toEqual([8, 1]);
  });
});
