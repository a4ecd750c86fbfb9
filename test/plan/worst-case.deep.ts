/**
 * What a plan says that a run costs at most, beside runs of the shipped graphs against a model server that fails, repeats
 * itself and answers at length as chance has it. Turns are bounded where a graph leaves them open: else nobody bounds it.
 */
import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { loadConfig } from "../../engine/config/load.ts";
import { bindInputs } from "../../engine/graph/inputs.ts";
import type { Pipeline } from "../../engine/graph/pipeline.ts";
import { prepare } from "../../engine/graph/prepare.ts";
import { autoApproveInterviewer, run, type StageRunner } from "../../engine/index.ts";
import { planOf } from "../../engine/plan/plan.ts";
import { begin, call, chunk } from "../agents/api/wire/chat.ts";
import { byteServer, stream } from "../agents/api/wire/server.ts";

const ROOT = new URL("../../graphs/", import.meta.url).pathname;
const whole = process.env.ATTRACTOR_TESTS === "deep";
const GRAPHS = globSync("*/*.dot", { cwd: ROOT })
  .filter((path) => whole || !/rogue|dttf/.test(path))
  .filter((path) => /prompt/.test(readFileSync(join(ROOT, path), "utf8")))
  .sort();
const seed = Math.floor(Math.random() * 2 ** 30);
const CONTEXT = 100_000;
const RATES = { input: 1.3, output: 7.7, context: CONTEXT, max_output: 1000 };
const ITEMS = ["a", "b", "c"];

function chance(from: number): () => number {
  let at = from;
  return () => {
    at = (at * 1103515245 + 12345) % 2 ** 31;
    return at / 2 ** 31;
  };
}

interface Used {
  readonly input: number;
  readonly output: number;
}

/** A model that calls, reports, fails or is done, and counts what it likes within its window. */
async function server(random: () => number): Promise<{ readonly url: string; readonly served: Used[] }> {
  const served: Used[] = [];
  const made = await byteServer((_, nth) => {
    const output = 1 + Math.floor(random() * RATES.max_output);
    const input = 1 + Math.floor(random() * (CONTEXT - output - 1));
    served.push({ input, output });
    const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
    const last = `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "m", choices: [], usage })}\n\ndata: [DONE]\n\n`;
    const report = random() < 0.6 ? { status: "success" } : { status: "fail", failure_reason: `${random()}` };
    const command = `echo ${nth} > seen.txt; echo '${JSON.stringify(report)}' > "$ATTRACTOR_STATUS_PATH"`;
    const args = JSON.stringify({ command });
    const body =
      random() < 0.7
        ? call({ index: 0, id: `call_${nth}`, name: "shell", args }) + chunk({}, "tool_calls")
        : chunk({ content: "It is done." }) + chunk({}, "stop");
    return stream(begin + body + last);
  });
  onTestFinished(() => made.close());
  return { url: made.url, served };
}

/** Commands of the graph are not what is measured here. */
const tools =
  (random: () => number, pipeline: Pipeline): StageRunner =>
  async () => {
    const lists = [...pipeline.stages.values()].flatMap(({ fanOut }) => fanOut?.itemsKey ?? []);
    const failed = random() < 0.05;
    return {
      outcome: failed
        ? { status: "fail", failure_reason: `${random()}` }
        : { status: "success", context_updates: Object.fromEntries(lists.map((key) => [key, ITEMS])) },
      evidence: {},
      durationMs: 1,
    };
  };

const WORDS = ["x", "1", "v1.0.0", "https://example.org/a.git", "main", "a..b", "folder"];

/** A word for each input that its pattern takes. */
function inputsFor(pipeline: Pipeline): Record<string, string> {
  const given: Record<string, string> = {};
  for (const { key } of pipeline.inputSpecs) {
    const fits = WORDS.find((word) => {
      const bound = bindInputs(pipeline, { ...given, [key]: word }, { others: true });
      const about = new RegExp(`(?:^|\\s)${key}(?![\\w-])`);
      return bound.ok || !bound.problems.some((problem) => about.test(problem));
    });
    if (fits !== undefined) given[key] = fits;
  }
  return given;
}

it.each(GRAPHS)("R-PRE-5: %s costs no more than its plan says at most", async (path) => {
  const random = chance(seed);
  const { url, served } = await server(random);
  const text = readFileSync(join(ROOT, path), "utf8");
  const source = text.replace(
    /^\s*(?:strict\s+)?digraph[^{]*\{/m,
    (head) => `${head} node [max_agent_turns=3];`,
  );
  const readPrompt = (name: string) => {
    const found = readFileSync(join(ROOT, dirname(path), name), "utf8");
    return { ok: true as const, text: found };
  };
  const { pipeline } = prepare(source, { readPrompt });
  if (pipeline === null) throw new Error(`${path} cannot be read`);
  const stages = [...pipeline.stages.values()];
  const models = Object.fromEntries(
    [
      "m",
      ...stages.flatMap(({ llmModel, escalationModels }) => [
        llmModel ?? "m",
        ...escalationModels.map(({ model }) => model),
      ]),
    ].map((name) => [name, RATES]),
  );
  const named = new Set(stages.flatMap(({ llmProvider }) => llmProvider ?? []));
  const api = { protocol: "openai_chat_completions", base_url: `${url}/v1`, api_key_env: "KEY" };
  const provider = { backend: "api", failover: [], api, models };
  const names = named.size === 0 ? ["ours"] : [...named];
  const forced = named.size === 0 ? { force_models: { ours: "m" } } : {};
  const config = {
    ...{ version: 1, sandbox: "off", runtime_policy: { max_llm_retries: 0 } },
    llm: { providers: Object.fromEntries(names.map((name) => [name, provider])), ...forced },
  };
  const loaded = loadConfig(JSON.stringify(config), "config");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const inputs = inputsFor(pipeline);
  const lists = stages.flatMap(({ fanOut }) => fanOut?.itemsKey ?? []);
  const report = { checks: [], summary: { pass: 0, warn: 0, fail: 0 } };
  const plan = planOf({
    ...{ pipeline, config: loaded.config, inputs },
    items: Object.fromEntries(lists.map((key) => [key, ITEMS.length])),
    preflight: {
      ...{ ...report, generated_at: "", completed_at: "", cli_profile: "real", allow_test_shim: false },
      simulated: false,
    },
  });
  const { most } = plan.total;
  expect([most.calls, most.usd], plan.open.join("; ")).toEqual([expect.any(Number), expect.any(Number)]);

  const root = mkdtempSync(join(tmpdir(), "worst-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const workdir = join(root, "work");
  execFileSync("git", ["init", "-q", workdir]);
  const author = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
  execFileSync("git", [...author, "commit", "-q", "--allow-empty", "-m", "base"], { cwd: workdir });
  const done = await run(source, {
    ...{ workdir, logsRoot: join(root, "run"), config, inputs, readPrompt },
    handlers: { tool: tools(random, pipeline) },
    interviewer: autoApproveInterviewer(),
    env: { ...process.env, KEY: "key-of-test-000" },
  });
  const usd = served.reduce(
    (sum, { input, output }) => sum + (input * RATES.input + output * RATES.output) / 1e6,
    0,
  );
  console.log(
    `${path} (seed ${seed}): ${done.final?.status}, ${served.length} of at most ${most.calls} calls, ${usd.toFixed(4)} of at most ${most.usd!.toFixed(4)} USD`,
  );
  expect(served.length).toBeLessThanOrEqual(most.calls!);
  expect(usd).toBeLessThanOrEqual(most.usd!);
  const tokens = served.reduce((sum, { input, output }) => sum + input + output, 0);
  expect(tokens).toBeLessThanOrEqual(most.tokens!);
});
