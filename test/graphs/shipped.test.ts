import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { loadConfig } from "../../engine/config/load.ts";
import type { Pipeline, Route, Stage } from "../../engine/graph/pipeline.ts";
import { prepare } from "../../engine/graph/prepare.ts";

const ROOT = new URL("../../graphs/", import.meta.url).pathname;
const GRAPHS = globSync("**/*.dot", { cwd: ROOT }).sort();
const LARGE = [
  { graph: "rogue-fast/rogue-fast.dot", config: "rogue-fast/run.yaml" },
  { graph: "rogue-slow/rogue-slow.dot", config: "rogue-slow/run.yaml" },
  { graph: "dttf/dttf.dot", config: "dttf/run.yaml" },
];

const pipelineOf = (graph: string): Pipeline => prepare(readFileSync(join(ROOT, graph), "utf8")).pipeline!;
const stagesOf = (pipeline: Pipeline): Stage[] => [...pipeline.stages.values()];
const routesOf = (pipeline: Pipeline): Route[] => [...pipeline.out.values()].flat();
const agentsOf = (pipeline: Pipeline): Stage[] =>
  stagesOf(pipeline).filter(({ handler }) => handler === "agent");

/** A tool stage's command as a shell runs it, in an empty folder. */
function shell(command: string, env: Record<string, string> = {}) {
  const cwd = mkdtempSync(join(tmpdir(), "shipped-"));
  return spawnSync("/bin/sh", ["-c", command], {
    cwd,
    env: { PATH: process.env.PATH!, ...env },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

describe.each(GRAPHS)("%s", (graph) => {
  it("has nothing that lint would warn of", () => {
    const { diagnostics } = prepare(readFileSync(join(ROOT, graph), "utf8"));
    expect(diagnostics.filter(({ severity }) => severity !== "info")).toEqual([]);
  });

  it("R-PRE-2: begins with a toolchain gate when it pays a model, and leaves when the gate fails", () => {
    const pipeline = pipelineOf(graph);
    if (agentsOf(pipeline).length === 0) return;
    const [first, ...others] = pipeline.out.get(pipeline.start)!;
    expect(others).toEqual([]);
    const gate = pipeline.stages.get(first!.to)!;
    expect(gate).toMatchObject({ id: "toolchain", handler: "tool", maxRetries: 0 });
    const failed = pipeline.out
      .get("toolchain")!
      .filter(({ conditionText }) => conditionText === "outcome!=success");
    expect(failed.map(({ to }) => to)).toEqual(["exit"]);

    const without = shell(gate.toolCommand!, { PATH: "/nonexistent", ATTRACTOR_INPUT_CHECK: "npm test" });
    expect(without.status).toBe(1);
    expect(without.stderr).toMatch(/^not (installed|here): \w/);
  });

  it("R-BRK-9: bounds every way back", () => {
    const pipeline = pipelineOf(graph);
    const order = [...pipeline.stages.keys()];
    const back = routesOf(pipeline).some(
      ({ from, to }) => order.indexOf(to) <= order.indexOf(from) && !pipeline.exits.has(to),
    );
    if (back) expect(pipeline.limits.maxNodeVisits).toBeGreaterThan(0);
  });
});

it("the first graph needs no model and its commands work in an empty folder", () => {
  const pipeline = pipelineOf("hello/hello.dot");
  expect(agentsOf(pipeline)).toEqual([]);
  const commands = stagesOf(pipeline).flatMap(({ toolCommand }) => toolCommand ?? []);
  expect(shell(commands.join("\n")).stdout).toBe("Hello from the attractor.\n");
});

it("the retry example asks for a retry twice", () => {
  const { toolCommand } = pipelineOf("retry/retry.dot").stages.get("fetch")!;
  const attempt = (number: number) => {
    const script = `ATTRACTOR_STATUS_PATH=$PWD/status.json; (${toolCommand}); cat status.json 2>/dev/null || ls`;
    return shell(script, { ATTRACTOR_ATTEMPT: String(number) }).stdout;
  };
  expect(JSON.parse(attempt(1))).toMatchObject({ status: "retry", failure_class: "transient_infra" });
  expect(JSON.parse(attempt(2))).toMatchObject({ status: "retry" });
  expect(attempt(3)).toBe("page.txt\n");
});

it("the workflow of issue-to-pull-request starts for its label alone, holds one right and puts no text of an issue into code", () => {
  const file = join(ROOT, "issue-to-pull-request/workflow.yml");
  const { on, permissions, jobs } = parse(readFileSync(file, "utf8"));
  expect([on, permissions]).toEqual([{ issues: { types: ["labeled"] } }, {}]);
  expect(jobs.start.permissions).toEqual({ actions: "write" });
  expect(jobs.start.if).toContain("github.event.label.name == 'attractor'");
  for (const { run } of jobs.start.steps) expect(run).not.toContain("${{");
  const inputs = pipelineOf("issue-to-pull-request/issue-to-pull-request.dot").inputSpecs;
  const given = [...jobs.start.steps[0].run.matchAll(/(?:^|\\n|')([a-z]+)=%s/g)].map(([, key]) => key);
  const needed = inputs.filter((spec) => spec.default === null).map(({ key }) => key);
  expect(given).toEqual(expect.arrayContaining(needed));
  for (const key of given) expect(inputs.map((spec) => spec.key)).toContain(key);
});

describe.each(LARGE)("$graph", ({ graph, config }) => {
  const pipeline = pipelineOf(graph);

  it("R-RUN-3: has six restart edges, each only for failing surroundings and each outranking the plain way back", () => {
    const restarts = routesOf(pipeline).filter(({ loopRestart }) => loopRestart);
    expect(restarts.map(({ from, to }) => `${from} ${to}`)).toEqual([
      "check_analysis impl_analysis",
      "check_architecture impl_architecture",
      "check_scaffold impl_scaffold",
      "check_integration impl_integration",
      "check_qa impl_qa",
      "check_review impl_integration",
    ]);
    for (const { from, to, conditionText, weight } of restarts) {
      expect(conditionText).toBe("outcome!=success && context.failure_class=transient_infra");
      const plain = pipeline.out.get(from)!.find((route) => route.to === to && !route.loopRestart)!;
      expect(weight).toBeGreaterThan(plain.weight);
    }
  });

  it("R-RUN-3: gives commands 60 seconds and at most ten minutes", () => {
    expect(pipeline.attrs.get("default_command_timeout_ms")).toBe("60000");
    expect(pipeline.attrs.get("max_command_timeout_ms")).toBe("600000");
  });

  it("R-RUN-3: fans out into four branches that a fan-in joins, which no unconditional edge leaves after a failure", () => {
    const [fan] = stagesOf(pipeline).filter(({ handler }) => handler === "parallel");
    const [join] = stagesOf(pipeline).filter(({ handler }) => handler === "parallel.fan_in");
    expect(pipeline.out.get(fan!.id)).toHaveLength(4);
    expect(pipeline.into.get(join!.id)!.map(({ conditionText }) => conditionText)).toEqual(
      Array(4).fill("outcome=success"),
    );
    const ways = pipeline.out.get(join!.id)!.map(({ to, conditionText }) => [to, conditionText]);
    expect(ways).toEqual([
      [graph.startsWith("dttf") ? "verify_tracer" : "impl_integration", ""],
      ["exit", "outcome=fail"],
    ]);
  });

  it("R-RUN-3: has a configuration that declares every provider it uses, with failover spelled out", () => {
    const loaded = loadConfig(readFileSync(join(ROOT, config), "utf8"), config);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const { providers } = loaded.config.llm;
    const used = new Set(agentsOf(pipeline).map(({ llmProvider }) => llmProvider));
    expect([...used].sort()).toEqual(Object.keys(providers).sort());
    for (const [name, provider] of Object.entries(providers)) {
      expect([name, provider.failover]).toEqual([name, name === "kimi" ? ["zai"] : []]);
    }
    const zai = agentsOf(pipeline).filter(({ llmProvider }) => llmProvider === "zai");
    expect(zai.every(({ llmModel }) => llmModel === "glm-4.7")).toBe(true);
  });
});
