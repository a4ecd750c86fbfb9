import { describe, expect, it } from "vitest";
import { compile } from "../../engine/graph/compile.ts";
import { parse } from "../../engine/graph/parse.ts";
import type { Pipeline, Stage } from "../../engine/graph/pipeline.ts";
import { prepare } from "../../engine/graph/prepare.ts";

function pipelineOf(body: string): Pipeline {
  const { pipeline, diagnostics } = prepare(
    `digraph g {\n  start [shape=Mdiamond]\n  exit [shape=Msquare]\n${body}\n}`,
  );
  if (pipeline === null)
    throw new Error(JSON.stringify(diagnostics.filter(({ severity }) => severity === "error")));
  return pipeline;
}

const stageOf = (attrs: string, graph = ""): Stage =>
  pipelineOf(`  ${graph}\n  work [${attrs}]\n  start -> work -> exit`).stages.get("work")!;

describe("handlers", () => {
  it.each([
    ["", "agent"],
    ["shape=box", "agent"],
    ["shape=ellipse", "agent"],
    ["shape=hexagon", "wait.human"],
    ["shape=diamond", "conditional"],
    ["shape=component", "parallel"],
    ['shape=parallelogram, tool_command="true"', "tool"],
    ['shape=house, stack.child_dotfile="c.dot"', "stack.manager_loop"],
    ['shape=diamond, type=tool, tool_command="true"', "tool"],
    ["shape=diamond, type=codergen", "agent"],
    ["shape=diamond, type=agent", "agent"],
    ["shape=diamond, type=unheard_of", "conditional"],
  ])("R-LANG-2: [%s] is %s", (attrs, handler) => {
    expect(stageOf(attrs).handler).toBe(handler);
  });

  it.each([
    ["Mdiamond", "Msquare"],
    ["circle", "doublecircle"],
  ])("R-LANG-2: %s starts and %s ends", (first, last) => {
    const { pipeline } = prepare(`digraph g { a [shape=${first}]; b [shape=${last}]; a -> b }`);
    expect(pipeline?.start).toBe("a");
    expect([...pipeline!.exits]).toEqual(["b"]);
  });

  it("a fan-in is a tripleoctagon", () => {
    const { stages } = pipelineOf(
      '  f [shape=component]\n  a [prompt="x"]\n  b [prompt="x"]\n  j [shape=tripleoctagon]\n  start -> f -> {a b} -> j -> exit',
    );
    expect(stages.get("j")?.handler).toBe("parallel.fan_in");
    expect(stages.get("f")?.fanOut).not.toBeNull();
    expect(stages.get("j")?.fanOut).toBeNull();
  });

  it("R-LANG-7: a type that the caller registered is kept as custom, with the shape's handler behind it", () => {
    const source = "digraph g { start; exit; d [type=deploy, shape=hexagon]; start -> d -> exit }";
    const registered = prepare(source, { customTypes: new Set(["deploy"]) });
    expect(registered.pipeline?.stages.get("d")).toMatchObject({
      customType: "deploy",
      handler: "wait.human",
    });
    expect(registered.diagnostics.filter(({ rule }) => rule === "type_known")).toEqual([]);
    expect(prepare(source).pipeline?.stages.get("d")?.customType).toBeNull();
  });
});

describe("attempts and delays", () => {
  it.each([
    ["", "", 0, 200, 2],
    ["max_retries=3", "", 3, 200, 2],
    ["", "default_max_retries=2", 2, 200, 2],
    ["", "default_max_retry=2", 2, 200, 2],
    ["max_retries=0", "default_max_retries=2", 0, 200, 2],
    ["retry_policy=standard", "", 4, 200, 2],
    ["retry_policy=aggressive", "", 4, 500, 2],
    ["retry_policy=linear", "", 2, 500, 1],
    ["retry_policy=patient", "", 2, 2000, 3],
    ["retry_policy=none", "default_max_retries=2", 0, 200, 2],
    ["retry_policy=patient, max_retries=1", "", 1, 2000, 3],
    ["", "retry_policy=patient", 2, 2000, 3],
    ["", "retry_policy=patient; default_max_retries=9", 9, 2000, 3],
    ["retry_policy=linear", 'graph ["retry.backoff.initial_delay_ms"=9]', 2, 500, 1],
    [
      "retry.backoff.initial_delay_ms=7, retry.backoff.factor=1.5",
      'graph ["retry.backoff.initial_delay_ms"=9]',
      0,
      7,
      1.5,
    ],
    ["", 'graph ["retry.backoff.initial_delay_ms"=9]', 0, 9, 2],
  ])(
    "R-LANG-2: [%s] under {%s}: %i retries from %i ms by %f",
    (attrs, graph, maxRetries, initialDelayMs, factor) => {
      expect(stageOf(attrs, graph)).toMatchObject({ maxRetries, backoff: { initialDelayMs, factor } });
    },
  );
});

describe("defaults", () => {
  it("are the documented ones", () => {
    expect(stageOf("")).toMatchObject({
      label: "work",
      prompt: "work",
      goalGate: false,
      timeoutMs: null,
      reasoningEffort: "high",
      maxAgentTurns: null,
      merge: "winner",
      humanTimeoutMs: 604_800_000,
      humanFreeform: false,
      backoff: { initialDelayMs: 200, factor: 2, maxDelayMs: 60_000, jitter: true },
    });
  });

  it("R-BRK-9: of the limits are 3, 50, 200, 8 and 2", () => {
    expect(pipelineOf("  start -> exit").limits).toEqual({
      signatureLimit: 3,
      maxRestarts: 50,
      maxNodeVisits: 200,
      maxNodeFailures: 8,
      retriesBeforeEscalation: 2,
    });
  });

  it("of a fan-out and a manager loop are those of the specification", () => {
    expect(stageOf("shape=component").fanOut).toEqual({
      joinPolicy: "wait_all",
      errorPolicy: "continue",
      k: 1,
      quorumFraction: 0.5,
      maxParallel: 4,
      itemsKey: null,
    });
    expect(stageOf("shape=house", '"stack.child_dotfile"="c.dot"').manager).toEqual({
      childDotfile: "c.dot",
      childWorkdir: null,
      childAutostart: true,
      pollIntervalMs: 45_000,
      maxCycles: 1000,
      stopCondition: null,
      actions: ["observe", "wait"],
    });
  });

  it("a prompt falls back to the label for agents, to nothing for what asks no model", () => {
    expect(stageOf('label="Do it"').prompt).toBe("Do it");
    expect(stageOf('label="Ship?", shape=hexagon').prompt).toBe("Ship?");
    expect(stageOf('label="Ship?", shape=hexagon, question="Really?"').prompt).toBe("Really?");
    expect(stageOf('label="Ok?", shape=diamond').prompt).toBe("");
  });

  it("a timeout of 0 switches the stage's own timeout off", () => {
    expect(stageOf("timeout=0").timeoutMs).toBeNull();
  });

  it("R-LANG-4: a duration keeps its unit on the way into the pipeline", () => {
    expect(stageOf("timeout=15m").timeoutMs).toBe(900_000);
    expect(stageOf("timeout=900").timeoutMs).toBe(900_000);
    expect(stageOf("timeout=250ms").timeoutMs).toBe(250);
    expect(stageOf("shape=hexagon, human.timeout=2d").humanTimeoutMs).toBe(172_800_000);
  });

  it("privileges are a tool stage's only", () => {
    expect(stageOf('shape=parallelogram, tool_command="x", privileged=true').privileged).toBe(true);
    const graph = parse("digraph g { start; exit; a [privileged=true]; start -> a -> exit }").graph!;
    expect(compile(graph).stages.get("a")?.privileged).toBe(false);
  });
});

describe("routes", () => {
  it("are kept in declaration order on both ends, with their typed attributes", () => {
    const { out, into } = pipelineOf(
      '  a [prompt="x"]\n  start -> a\n  a -> exit [label="Yes", condition="outcome=ok", weight=-2]\n  a -> a [loop_restart=true, fidelity=full, thread_id=t, condition="failure_class=transient_infra"]',
    );
    expect(out.get("a")?.map(({ to }) => to)).toEqual(["exit", "a"]);
    expect(into.get("a")?.map(({ from }) => from)).toEqual(["start", "a"]);
    expect(out.get("exit")).toEqual([]);
    expect(out.get("a")?.[0]).toMatchObject({
      label: "Yes",
      conditionText: "outcome=ok",
      weight: -2,
      loopRestart: false,
    });
    expect(out.get("a")?.[0]?.condition?.clauses).toMatchObject([
      { key: "outcome", op: "=", value: "success" },
    ]);
    expect(out.get("a")?.[1]).toMatchObject({ loopRestart: true, fidelity: "full", threadId: "t" });
    expect(out.get("start")?.[0]).toMatchObject({ condition: null, conditionText: "", weight: 0 });
  });
});

it("compiles any graph that parses, however wrong its values, without throwing", () => {
  const wrong = `digraph g { max_restarts=x; a [timeout=soon, max_retries=-1, k=0, shape=component, quorum_fraction=7];
    b [escalation_models=x, shape=house, manager.stop_condition="||"]; a -> c [condition="||", weight=heavy] }`;
  const pipeline = compile(parse(wrong).graph!);
  expect(pipeline.stages.get("a")).toMatchObject({
    timeoutMs: null,
    maxRetries: 0,
    fanOut: { k: 1, quorumFraction: 0.5 },
  });
  expect(pipeline.out.get("a")?.[0]).toMatchObject({ condition: null, weight: 0 });
  expect(pipeline.start).toBe("");
});
