import { chmodSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { PreflightReport } from "../../engine/agents/preflight/report.ts";
import { here } from "./here.ts";
import {
  CONFIGURATION,
  GRAPHS,
  INPUTS,
  KEYS_AND_COMMANDS,
  type Misconfigured,
  MODELS,
  PROVIDERS,
} from "./misconfigured.ts";
import { finalOf, folder, graph, readJson, repository, tool } from "./world.ts";

const KEYS = ["ANTHROPIC_API_KEY", "OPENAI_API_KEY", "GEMINI_API_KEY", "KIMI_API_KEY", "ZAI_API_KEY"];

afterEach(() => void vi.unstubAllEnvs());

async function refused({
  graph: source = "",
  config,
  files = {},
  args = [],
  env = {},
  commands = {},
}: Misconfigured) {
  const bin = folder();
  for (const [name, script] of Object.entries(commands)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  for (const key of KEYS) vi.stubEnv(key, "");
  vi.stubEnv("PATH", `${bin}:${process.env.PATH}`);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const configs = config === undefined ? {} : { "c.yml": config };
  const repo = repository({ "g.dot": source, ...configs, ...files });
  const root = join(folder(), "run");
  const named = config === undefined ? [] : ["--config", join(repo, "c.yml")];
  const told = await here(
    "run",
    join(repo, "g.dot"),
    "--workdir",
    repo,
    "--logs-root",
    root,
    ...named,
    ...args,
  );
  return { ...told, root };
}

const TABLE = Object.entries({
  ...{ ...PROVIDERS, ...MODELS, ...KEYS_AND_COMMANDS },
  ...{ ...GRAPHS, ...INPUTS, ...CONFIGURATION },
});

describe("R-PRE-3, R-PRE-6, R-EASE-4: refused before the first stage, with the sentence that fixes it", () => {
  it("R-PRE-3: forty of them, one by one", () => expect(TABLE.length).toBeGreaterThanOrEqual(40));

  it.each(TABLE)("%s", async (_what, wrong) => {
    const { code, err, root } = await refused(wrong);
    expect([code, err]).toEqual([2, expect.any(String)]);
    for (const sentence of wrong.says) expect(err).toContain(sentence);
    const left = readdirSync(root).filter((name) => !name.includes("lock"));
    // What is wrong with the configuration is found before there is anything to report on.
    expect([["final.json"], ["final.json", "preflight_report.json"]]).toContainEqual(left.sort());
    expect(finalOf(root)).toMatchObject({ status: "fail", failure_class: "structural" });
    expect(existsSync(join(root, "progress.ndjson"))).toBe(false);
  });

  it("R-PRE-1: all that is wrong with graph, inputs and models is said at once, and is in the report", async () => {
    const { err, root } = await refused({
      graph: graph(
        `${tool("t", "scripts/gone.sh")}; it [prompt="Do $input.task", llm_provider=zai, llm_model=glm-none]; s -> t -> it -> e`,
        'inputs="task, count", input.count.type=integer',
      ),
      config: "llm: { providers: { zai: { backend: api, failover: [] } } }\n",
      args: ["--input", "count=many", "--input", "other=x"],
      says: [],
    });
    const report = readJson<PreflightReport>(join(root, "preflight_report.json"));
    const failed = report.checks.filter(({ status }) => status === "fail");
    expect(failed.map(({ name }) => name).sort()).toEqual([
      ...Array(3).fill("graph_input"),
      "graph_script",
      "provider_api_credentials",
      "provider_model_catalog",
    ]);
    for (const { message } of failed) expect(err).toContain(message);
    expect(report.summary.fail).toBe(6);
  });

  it("R-PRE-1: a graph that cannot be read is in the report too, each error of it", async () => {
    const { root } = await refused({
      graph: graph("a [shape=hexgon]; t [shape=parallelogram]; s -> a -> t -> e"),
      says: [],
    });
    const report = readJson<PreflightReport>(join(root, "preflight_report.json"));
    expect(report.checks.map(({ name, status }) => `${name} ${status}`)).toEqual(
      Array(report.summary.fail).fill("graph_validation fail"),
    );
    expect(report.summary.fail).toBeGreaterThanOrEqual(2);
  });

  it("scripts that an earlier stage may make, that the command asks for, or that stand elsewhere are no reason", async () => {
    const made = [
      `${tool("b", "make all")}; ${tool("t", "./out/run.sh")}; s -> b -> t -> e`,
      `${tool("t", "test -x ./run.sh && ./run.sh || true")}; s -> t -> e`,
      `${tool("t", "cd /tmp; ./no-such-script.sh || true")}; s -> t -> e`,
      `${tool("t", 'x=$PWD; $x/run.sh || true; echo "./run.sh"')}; s -> t -> e`,
    ];
    for (const body of made) {
      const { err } = await refused({ graph: graph(body), says: [] });
      expect(err).not.toContain("not in the repository");
    }
    const there = await refused({
      graph: graph(`${tool("t", "sh there/x.sh")}; s -> t -> e`),
      files: { "there/x.sh": "true" },
      says: [],
    });
    expect(there.code).toBe(0);
  });
});
