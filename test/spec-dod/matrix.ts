/** 11.12 and 11.13: the parity matrix and the smoke test. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { prepare, validate } from "../../engine/graph/prepare.ts";
import { ended, named, ran, route, run } from "../core/world.ts";
import { edges, graphOf } from "../graph/read.ts";
import * as local from "../local/world.ts";
import { attrs, type Checks, findings, frame, tool } from "./check.ts";
import { cutAnywhere } from "./engine.ts";

const LINEAR = frame(`${tool("A")} ${tool("B")} start -> A -> B -> exit`);
const BRANCHING = frame(
  `${tool("a")} ${tool("good")} ${tool("bad")} start -> a; a -> good [condition="outcome=success"]; a -> bad [condition="outcome=fail"]; good -> exit; bad -> exit`,
);
const GATED = frame(
  `${tool("w")} ${tool("g", ', goal_gate=true, retry_target="w"')} start -> w -> g; g -> exit`,
);
const SHIP = frame(
  `r [shape=hexagon]; ${tool("yes")} ${tool("no")} start -> r; r -> yes [label="Yes"]; r -> no [label="No"]; yes -> exit; no -> exit`,
);

export const parity: Checks = {
  "Parse a simple linear pipeline (start -> A -> B -> done)": () =>
    expect(edges(graphOf("digraph g { start; A; B; done; start -> A -> B -> done }"))).toHaveLength(3),
  "Parse a pipeline with graph-level attributes (goal, label)": () => {
    const { pipeline } = prepare(frame("start -> exit", ', label="Mine"'));
    expect([pipeline?.goal, pipeline?.label]).toEqual(["Ship it", "Mine"]);
  },
  "Parse multi-line node attributes": () =>
    expect(attrs('digraph g { a [\n label="x",\n\n prompt="y"\n ] }', "a")).toEqual({
      label: "x",
      prompt: "y",
    }),
  "Validate: missing start node -> error": () =>
    expect(findings("digraph g { exit [shape=Msquare]; a [prompt=p]; a -> exit }")).toContain(
      "error start_node",
    ),
  "Validate: missing exit node -> error": () =>
    expect(findings("digraph g { start [shape=Mdiamond]; a [prompt=p]; start -> a -> a }")).toContain(
      "error terminal_node",
    ),
  "Validate: orphan node -> warning": () =>
    expect(findings(frame("lost [prompt=p]; start -> exit"))).toContain("warning reachability"),
  "Execute a linear 3-node pipeline end-to-end": async () => {
    const { final } = await local.ran(
      frame(`${tool("A")} ${tool("B")} ${tool("C")} start -> A -> B -> C -> exit`),
    );
    expect(final).toMatchObject({ status: "success", completed_nodes: ["start", "A", "B", "C", "exit"] });
  },
  "Execute with conditional branching (success/fail paths)": () => {
    expect(route(run(BRANCHING))).toContain("a>good");
    expect(route(run(BRANCHING, { outcomes: { a: ["fail: x"] } }))).toContain("a>bad");
  },
  "Execute with retry on failure (max_retries=2)": () => {
    const late = { status: "fail", failure_reason: "late", evidence: { timed_out: true } };
    const w = run(frame(`${tool("a", ", max_retries=2")} start -> a -> exit`), {
      outcomes: { a: [late, late, "success"] },
    });
    expect([ran(w, "a"), ended(w)?.status]).toEqual([3, "success"]);
  },
  "Goal gate blocks exit when unsatisfied": () => {
    const w = run(GATED, { outcomes: { g: ["fail: no", "success"] } });
    expect(named(w, "goal_gate_unsatisfied")).toHaveLength(1);
  },
  "Goal gate allows exit when all satisfied": () => {
    const w = run(GATED);
    expect([named(w, "goal_gate_unsatisfied").length, ended(w)?.status]).toEqual([0, "success"]);
  },
  "Wait.human presents choices and routes on selection": () => {
    expect(route(run(SHIP, { answers: { r: "No" } }))).toContain("r>no");
    expect(route(run(SHIP, { answers: { r: "Yes" } }))).toContain("r>yes");
  },
  "Edge selection: condition match wins over weight": () => {
    const source = frame(
      `${tool("a")} ${tool("b")} ${tool("c")} start -> a; a -> b [weight=100]; a -> c [condition="outcome=success"]; b -> exit; c -> exit`,
    );
    expect(route(run(source))[1]).toBe("a>c");
  },
  "Edge selection: weight breaks ties for unconditional edges": () => {
    const source = frame(
      `${tool("a")} ${tool("b")} ${tool("c")} start -> a; a -> b [weight=1]; a -> c [weight=2]; b -> exit; c -> exit`,
    );
    expect(route(run(source))[1]).toBe("a>c");
  },
  "Edge selection: lexical tiebreak as final fallback": () => {
    const source = frame(
      `${tool("a")} ${tool("b")} ${tool("c")} start -> a; a -> c; a -> b; b -> exit; c -> exit`,
    );
    expect(route(run(source))[1]).toBe("a>b");
  },
  "Context updates from one node are visible to the next": () => {
    const source = frame(
      `${tool("a")} ${tool("b")} ${tool("c")} start -> a; a -> b; b -> c [condition="context.found=gold"]; b -> exit [condition="context.found!=gold"]; c -> exit`,
    );
    expect(
      route(run(source, { outcomes: { a: [{ status: "success", context_updates: { found: "gold" } }] } })),
    ).toContain("b>c");
    expect(route(run(source))).toContain("b>exit");
  },
  "Checkpoint save and resume produces same result": () => cutAnywhere(LINEAR),
  "Stylesheet applies model override to nodes by shape": () => {
    const source = frame(
      'a [shape=box, prompt="p"]; start -> a -> exit',
      ', model_stylesheet="box { llm_model: big; }"',
    );
    expect(prepare(source).pipeline?.stages.get("a")?.llmModel).toBe("big");
  },
  "Prompt variable expansion ($goal) works": () =>
    expect(
      prepare(frame('a [prompt="$goal, $goal"]; start -> a -> exit')).pipeline?.stages.get("a")?.prompt,
    ).toBe("Ship it, Ship it"),
  "Parallel fan-out and fan-in complete correctly": async () => {
    const source =
      frame(`f [shape=component]; j [shape=tripleoctagon, merge=all]; ${local.tool("a", "echo a > a")}; ${local.tool("b", "echo b > b")}; ${local.tool("both", "cat a b")}
      start -> f; f -> a -> j; f -> b -> j; j -> both [condition="outcome=success"]; j -> exit [condition="outcome!=success"]; both -> exit`);
    const { final } = await local.ran(source);
    expect([final?.status, final?.branches.map(({ status }) => status)]).toEqual([
      "success",
      ["success", "success"],
    ]);
    expect(final?.completed_nodes).toContain("both");
  },
  "Custom handler registration and execution works": async () => {
    const { final } = await local.ran(frame('n [type="mine"]; start -> n -> exit'), {
      handlers: {
        mine: async () => ({ outcome: { status: "success", notes: "hello" }, evidence: {}, durationMs: 0 }),
      },
    });
    expect(final?.completed_nodes).toContain("n");
  },
  "Pipeline with 10+ nodes completes without errors": () => {
    const ids = Array.from({ length: 12 }, (_, n) => `n${n}`);
    const w = run(frame(`${ids.map((id) => tool(id)).join(" ")} start -> ${ids.join(" -> ")} -> exit`));
    expect([ended(w)?.status, w.state.scopes.get("")?.completed.size]).toEqual(["success", 14]);
  },
};

const SMOKE = `digraph test_pipeline {
  graph [goal="Create a hello world Python script"]
  start     [shape=Mdiamond]
  plan      [shape=box, prompt="Plan how to create a hello world script for: $goal"]
  implement [shape=box, prompt="Write the code based on the plan", goal_gate=true]
  review    [shape=box, prompt="Review the code for correctness"]
  done      [shape=Msquare]
  start -> plan
  plan -> implement
  implement -> review [condition="outcome=success"]
  implement -> plan   [condition="outcome=fail", label="Retry"]
  review -> done      [condition="outcome=success"]
  review -> implement [condition="outcome=fail", label="Fix"]
}`;

export async function smoke(): Promise<void> {
  const graph = graphOf(SMOKE);
  expect([graph.nodes.size, graph.edges.length]).toEqual([5, 6]);
  expect(validate(SMOKE).filter(({ severity }) => severity === "error")).toEqual([]);
  const { final, root, log } = await local.ran(SMOKE, {
    simulate: JSON.stringify({
      implement: [{ status: "fail", failure_reason: "tests fail" }, { status: "success" }],
    }),
  });
  expect(final).toMatchObject({ status: "success", node_visits: { plan: 2, implement: 2, review: 1 } });
  for (const node of ["plan", "implement", "review"]) {
    for (const name of ["prompt.md", "response.md", "status.json"])
      expect(existsSync(join(root, node, "v1-a1", name)), `${node}/${name}`).toBe(true);
  }
  expect(local.named(log, "goal_gate_unsatisfied")).toEqual([]);
  const checkpoint = local.readJson<{ current_node: string; completed_nodes: string[] }>(
    join(root, "checkpoint.json"),
  );
  expect(checkpoint.current_node).toBe("done");
  expect(checkpoint.completed_nodes).toEqual(expect.arrayContaining(["plan", "implement", "review"]));
}
