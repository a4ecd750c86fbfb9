import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { choicesOf } from "../../engine/core/decide/gate.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { boundsOf } from "../../engine/plan/visits.ts";
import { named, pipelineOf, play, type Said, type World, world } from "../core/world.ts";

const ROOT = new URL("../../graphs/", import.meta.url).pathname;
const GRAPHS = globSync("**/*.dot", { cwd: ROOT }).sort();
const graph = (body: string, more = "") =>
  `digraph g { graph [goal="g" ${more}] start [shape=Mdiamond]; exit [shape=Msquare]; ${body} }`;
const tool = (id: string, more = "") => `${id} [shape=parallelogram, tool_command="x" ${more}]`;

const visits = (dot: string, width = 1): Record<string, string> =>
  Object.fromEntries(
    [...boundsOf(pipelineOf(dot), () => width)]
      .filter(([id]) => id !== "start" && id !== "exit")
      .map(([id, { visits: most, by }]) => [id, `${most} ${by}`]),
  );

describe("how often a stage is visited at most", () => {
  it("R-PRE-5: once where no loop leads back", () => {
    expect(visits(graph(`${tool("a")}; ${tool("b")}; start -> a -> b -> exit; a -> exit`))).toEqual({
      a: "1 no loop",
      b: "1 no loop",
    });
  });

  it("R-PRE-5: as often as max_node_visits where a loop may go on without a failure", () => {
    const loop = `${tool("a")}; ${tool("b")}; start -> a -> b; b -> a [condition="outcome!=success"]; b -> exit [condition="outcome=success"]`;
    expect(visits(graph(loop, "max_node_visits=7"))).toEqual({
      a: "7 max_node_visits",
      b: "7 max_node_visits",
    });
  });

  it("R-PRE-5: as often as failures are allowed where only they lead back", () => {
    const loop = `${tool("a")}; ${tool("b")}; start -> a -> b; b -> a [condition="outcome=fail"]; b -> exit [condition="outcome=success"]`;
    expect(visits(graph(loop, "max_node_failures=4"))).toEqual({
      a: "4 max_node_failures",
      b: "4 max_node_failures",
    });
  });

  it("R-PRE-5: the same past a conditional, and by a retry target", () => {
    const loop = `${tool("a")}; ${tool("b")}; c [shape=diamond]; start -> a -> b -> c; c -> a [condition="outcome=fail"]; c -> exit [condition="outcome=success"]`;
    expect(visits(graph(loop, "max_node_failures=3"))).toEqual({
      a: "3 max_node_failures",
      b: "3 max_node_failures",
    });
    const jump = `${tool("a")}; ${tool("b", ', retry_target="a"')}; start -> a -> b; b -> exit [condition="outcome=success"]`;
    expect(visits(graph(jump, "max_node_failures=3"))).toEqual({
      a: "3 max_node_failures",
      b: "3 max_node_failures",
    });
  });

  it("R-PRE-5: restarts and goal gates have bounds of their own", () => {
    const restart = `${tool("a")}; start -> a; a -> a [condition="outcome=success", loop_restart=true]; a -> exit [condition="outcome=fail"]`;
    expect(visits(graph(restart, "max_restarts=5"))).toEqual({ a: "6 max_restarts" });
    const goal = `${tool("a", ', goal_gate=true, retry_target="a"')}; start -> a -> exit`;
    expect(visits(graph(goal, "max_node_failures=3"))).toEqual({ a: "4 max_node_failures" });
  });

  it("R-PRE-5: branches count for each of them, those of a list for each item, nested ones multiply", () => {
    const fan = `f [shape=component]; ${tool("a")}; ${tool("b")}; j [shape=tripleoctagon]; start -> f -> {a b} -> j -> exit`;
    expect(visits(graph(fan), 3)).toEqual({ f: "1 no loop", a: "3 no loop", b: "3 no loop", j: "1 no loop" });
    const nested = `f [shape=component]; in [shape=component]; ${tool("a")}; ${tool("b")}; ${tool("c")}
      k [shape=tripleoctagon]; j [shape=tripleoctagon]; start -> f -> {in c} -> j -> exit; in -> {a b} -> k -> j`;
    const found = visits(graph(nested.replace("{in c} -> j", "{in c}; c -> j")), 2);
    expect(found).toMatchObject({ in: "2 no loop", a: "4 no loop", k: "2 no loop", c: "2 no loop" });
  });
});

/** Ends that steer a run into every corner: failures of all kinds, outcomes that edges wait for, labels. */
function corners(pipeline: Pipeline): fc.Arbitrary<Said> {
  const fail = (failure_class?: string): Said =>
    ({
      status: "fail",
      failure_reason: "x",
      ...(failure_class === undefined ? {} : { failure_class }),
    }) as Said;
  const named = [...pipeline.out.values()]
    .flat()
    .flatMap(({ condition }) =>
      (condition?.clauses ?? []).flatMap(({ key, value }) =>
        key === "outcome" && value !== "" ? [value] : [],
      ),
    );
  return fc.oneof(
    fc.constant<Said>({ status: "success" }),
    fc.constant<Said>({ status: "partial_success" }),
    fc.nat(1_000_000).map((n) => ({ ...fail(), failure_reason: `cause ${n}` }) as Said),
    fc.constantFrom(...["transient_infra", "budget_exhausted", "deterministic"].map(fail)),
    fc.constantFrom(...["success", ...named]).map((status) => ({ status, failure_reason: "y" }) as Said),
  );
}

const visited = (w: World): Map<string, number> => {
  const seen = new Map<string, number>();
  for (const { node_id, attempt } of named(w, "stage_attempt_start"))
    if (attempt === 1) seen.set(node_id, (seen.get(node_id) ?? 0) + 1);
  return seen;
};

describe.each(GRAPHS)("%s", (name) => {
  it("R-PRE-5: no run visits a stage more often than the plan says, whatever its stages do", () => {
    const pipeline = pipelineOf(readFileSync(join(ROOT, name), "utf8"));
    const bounds = boundsOf(pipeline, () => 1);
    const said = corners(pipeline);
    const ids = [...pipeline.stages.keys()];
    const outcomes = fc.tuple(...ids.map(() => fc.array(said, { minLength: 1, maxLength: 30 })));
    const most = new Map<string, number>();
    fc.assert(
      fc.property(outcomes, fc.nat(5), (lists, nth) => {
        const gates = ids.flatMap((id) => {
          const choices = choicesOf(pipeline, id);
          return pipeline.stages.get(id)?.handler === "wait.human"
            ? [[id, choices[nth % choices.length]!.label] as const]
            : [];
        });
        const w = play(world(pipeline), {
          outcomes: Object.fromEntries(ids.map((id, at) => [id, lists[at]!])),
          answers: Object.fromEntries(gates),
        });
        for (const [id, times] of visited(w)) {
          if (pipeline.stages.get(id)?.handler === "conditional") continue;
          most.set(id, Math.max(most.get(id) ?? 0, times));
          expect([id, times <= (bounds.get(id)?.visits ?? 0)]).toEqual([id, true]);
        }
      }),
      { numRuns: 40 },
    );
    expect(Math.max(...most.values())).toBeGreaterThanOrEqual(1);
  });
});
