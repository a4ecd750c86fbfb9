import { describe, expect, it } from "vitest";
import { buildPrompt, statusContractText } from "../../engine/agents/prompt.ts";
import type { JsonValue } from "../../engine/core/outcome.ts";
import type { Fidelity } from "../../engine/graph/pipeline.ts";
import type { StageMemory, StageRequest } from "../../engine/stages/port.ts";
import { agent, pipelineOf, type Scene, scene } from "../stages/scene.ts";

const bytes = (text: string) => Buffer.byteLength(text);
const TASK = "Do the work";

/** What the engine adds to the author's prompt. */
const engineText = (request: StageRequest): string => {
  const prompt = buildPrompt(request, TASK);
  expect(prompt.split(TASK)).toHaveLength(2);
  return prompt.replace(TASK, "");
};

/** A state such as loops leave behind: many stages, long outputs, the same text in several places. */
function longRun(changes: Partial<StageRequest> = {}): Scene {
  const output = "error: cannot find value `x` in this scope, said again and again. ".repeat(120);
  const context: Record<string, JsonValue> = {
    "graph.goal": "Port the game to Rust and WASM",
    outcome: "fail",
    failure_reason: `verify_monsters failed: ${output}`,
    failure_class: "deterministic",
    failure_signature: "verify_monsters|x",
    failed_node: "verify_monsters",
    completed_nodes: Array.from({ length: 123 }, (_, index) => `impl_scaffold_${index % 12}`),
    "tool.output": output,
    last_stage: "verify_monsters",
    last_response: output,
    "human.gate.label": "[Y] Yes, go on",
    "human.gate.by": "ada",
    "parallel.results": Array.from({ length: 40 }, (_, index) => ({
      key: `b${index}`,
      status: "success",
      outputs: { log: output },
    })),
    "internal.retry_count.it": 2,
  };
  for (let index = 0; index < 60; index++) context[`spec.section_${index}`] = `${index}: ${output}`;
  const history: StageMemory[] = Array.from({ length: 123 }, (_, index) => ({
    node: `stage_${index}`,
    visits: (index % 7) + 1,
    status: index % 3 === 0 ? "fail" : "success",
    ...(index % 3 === 0 ? { reason: output } : {}),
  }));
  return scene(pipelineOf(`it [prompt="${TASK}"]`), {
    context,
    history,
    visit: 1000,
    attempt: 2,
    predecessor: { node: "check_monsters", outcome: "fail" },
    ...changes,
  });
}

const MODES: readonly Fidelity[] = [
  "truncate",
  "compact",
  "summary:low",
  "summary:medium",
  "summary:high",
  "full",
];
/** Three bytes a token: prose has more, dense code about that. */
const TOKENS = { "summary:low": 600, "summary:medium": 1500, "summary:high": 3000 } as const;

describe("what an agent is told of the run", () => {
  it.each(MODES)(
    "R-CTX-1: in %s there are always goal, run, node, visit, last outcome, cause and class, status path, human answers",
    (fidelity) => {
      const { request } = longRun({ fidelity });
      const told = engineText(request);
      for (const fact of [
        "goal: Ship it",
        "run RUN1, node it, visit 1000, attempt 2",
        "last outcome: check_monsters ended fail",
        "cause (verify_monsters, deterministic): verify_monsters failed: error: cannot find value",
        "label=[Y] Yes, go on",
        "by=ada",
        `${request.stageDir}/status.json`,
        `${request.worktree}/.ai/status.json`,
      ]) {
        expect(told).toContain(fact);
      }
    },
  );

  it("R-CTX-1: compact is at most 4 KB in all, at visit 1,000 too", () => {
    const told = engineText(longRun({ fidelity: "compact" }).request);
    expect(bytes(told)).toBeLessThanOrEqual(4096);
    expect(told).toContain("stage_122: success");
    expect(told).toMatch(/more, cut for size/);
  });

  it.each(Object.entries(TOKENS))("R-CTX-1: %s is at most %i tokens, and uses them", (fidelity, tokens) => {
    const { request } = longRun({ fidelity: fidelity as Fidelity });
    const summary = bytes(engineText(request)) - bytes(statusContractText(request));
    expect(summary).toBeLessThanOrEqual(tokens * 3);
    expect(summary).toBeGreaterThan(tokens * 2);
  });

  it("R-CTX-1: truncate tells no more than the facts; the summaries tell more and more", () => {
    const size = (fidelity: Fidelity) => bytes(engineText(longRun({ fidelity }).request));
    const sizes = (["truncate", "summary:low", "summary:medium", "summary:high"] as const).map(size);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(engineText(longRun({ fidelity: "truncate" }).request)).not.toContain("## ");
    expect(size("full")).toBe(size("summary:high"));
  });

  it("R-CTX-1: the incident's prompts at least halve: the same state, the engine's part below 4,248 characters", () => {
    const { request } = longRun();
    expect(JSON.stringify(request.context).length).toBeGreaterThan(9417);
    expect(engineText(request).length).toBeLessThan(8497 / 2);
  });

  it("R-CTX-1: nothing is told twice", () => {
    const output = "the very same long output of a command that both keys hold";
    const context = {
      "tool.output": output,
      "work.log": output,
      "graph.goal": "x",
      outcome: "success",
      failure_reason: "",
    };
    const told = engineText(scene(agent(), { context }).request);
    expect(told.split(output)).toHaveLength(2);
    expect(told).toContain("- work.log: same as tool.output");
    expect(told).not.toContain("graph.goal");
    expect(told).not.toContain("cause");
  });

  it("R-CTX-1: a goal of any length leaves room for the other facts", () => {
    const at = scene(pipelineOf(`it [prompt="${TASK}"]`), { context: { failure_reason: "r".repeat(9000) } });
    const pipeline = { ...at.request.pipeline, goal: "g".repeat(50_000) };
    const told = engineText({ ...at.request, pipeline, fidelity: "summary:low" });
    expect(told).toContain("[... 50000 bytes, cut]");
    expect(told).toContain("run RUN1, node it");
    expect(told).toContain("[... 9000 bytes, cut]");
  });

  it("R-CTX-4: an artifact is told by size and path", () => {
    const ref = { artifact: "it-output-1", name: "it-output", size: 200_000, digest: "sha256:0" };
    const { request } = scene(agent(), { context: { "tool.output": ref } });
    expect(engineText(request)).toContain(
      `- tool.output: 200000 bytes, in ${request.logsRoot}/artifacts/it-output-1.json`,
    );
  });

  it("the mode of the edge wins over the node's, the node's over the graph's", () => {
    const pipeline = pipelineOf(`it [prompt="${TASK}", fidelity="truncate"]`);
    const context = { "tool.output": "told in compact" };
    expect(engineText(scene(pipeline, { context }).request)).not.toContain("told in compact");
    expect(engineText(scene(pipeline, { context, fidelity: "compact" }).request)).toContain(
      "told in compact",
    );
    expect(engineText(scene(agent(), { context }).request)).toContain("told in compact");
  });
});

describe("the author's prompt", () => {
  const expanded = (prompt: string, context: Record<string, JsonValue>) =>
    buildPrompt(scene(agent(), { context, fidelity: "truncate" }).request, prompt);

  it("R-CTX-3: may name context keys, looked up as conditions do", () => {
    const context = { "tool.output": "42", "context.plan": "A", "human.gate.label": "Yes", n: { a: 1 } };
    expect(
      expanded("got $context.tool.output, $context.plan, $context.human.gate.label. $context.n", context),
    ).toContain('got 42, A, Yes. {"a":1}');
  });

  it("R-CTX-3: what is not there stays as written, and what is put in is not read again", () => {
    expect(expanded("$context.nothing $contextual $HOME", {})).toContain(
      "$context.nothing $contextual $HOME",
    );
    expect(expanded("$context.a", { a: "$context.b", b: "no" })).toContain("$context.b");
    expect(expanded("$context.a", { a: "$& $1" })).toContain("$& $1");
  });
});

describe("how to report", () => {
  it("asks for status, reason and a stable signature, and names the statuses that the graph routes on", () => {
    const pipeline = pipelineOf(`it [prompt="x"]`, `it -> exit [condition="outcome=needs_dod"]`);
    const { request } = scene(pipeline);
    const contract = statusContractText(request);
    for (const word of [
      "failure_reason",
      "failure_signature",
      "success, partial_success, retry, fail, skipped",
      "also knows: needs_dod",
      "counts as a failure",
    ]) {
      expect(contract).toContain(word);
    }
  });

  it("R-STAT-7: says what silence means", () => {
    expect(statusContractText(scene(agent(", auto_status=true")).request)).toContain(
      "a clean end counts as success",
    );
  });
});
