/** Graphs of agents to their end by `attractor run`, each CLI played by a stand-in that calls its model through the proxy. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CliName } from "../../engine/agents/cli/adapter.ts";
import type { Protocol } from "../../engine/config/known-providers.ts";
import { FAKES, type Step } from "../agents/cli/fakes/lines.ts";
import { FAKE_CLI } from "../agents/cli/scene.ts";
import { provider, STREAMS } from "../agents/proxy/upstream.ts";
import { driver, finalOf, graph, logOf, named, readJson, repository } from "./world.ts";

const SOURCE = graph(
  `toolchain [shape=parallelogram, tool_command="true"]
   plan [prompt="write plan.txt", outputs="plan.txt"]
   fan [shape=component]
   code [prompt="write code.txt"]
   docs [prompt="write docs.txt"]
   join [shape=tripleoctagon, merge=all]
   test [shape=parallelogram, tool_command="cat plan.txt code.txt docs.txt"]
   review [prompt="write review.txt"]
   s -> toolchain -> plan -> fan; fan -> code -> join; fan -> docs -> join; join -> test -> review -> e`,
);

const CALLS: readonly (readonly [CliName, string, Protocol, string, string])[] = [
  ["claude", "anthropic", "anthropic_messages", "%ANTHROPIC_BASE_URL%/v1/messages", "ANTHROPIC_API_KEY"],
  ["codex", "openai", "openai_responses", "%PROXY_URL%/responses", "ATTRACTOR_MODEL_TOKEN"],
  [
    "gemini",
    "google",
    "google_generate_content",
    "%GOOGLE_GEMINI_BASE_URL%/v1beta/models/m-1:streamGenerateContent",
    "GEMINI_API_KEY",
  ],
  [
    "copilot",
    "copilot",
    "openai_chat_completions",
    "%COPILOT_PROVIDER_BASE_URL%/chat/completions",
    "COPILOT_PROVIDER_API_KEY",
  ],
];

const KEY = "sk-canary-real-key-5e1d22";

describe("agents by CLI", () => {
  it.each(CALLS)(
    "R-AGENT-1, R-OBS-1: %s: plan, two branches, join, test and review end, tokens and cost as the provider counts them",
    async (cli, name, protocol, url, token) => {
      const upstream = await provider(() => ({ chunks: STREAMS[protocol] }));
      const call: Step = {
        post: {
          url,
          headers: { authorization: `Bearer %${token}%` },
          body: { model: "m-1", max_tokens: 10 },
        },
      };
      const plan: Step[] = [
        call,
        ...FAKES[cli].begin,
        call,
        {
          write: { path: "%ATTRACTOR_NODE_ID%.txt", text: "by %ATTRACTOR_NODE_ID%\n".replace(/%\w+%/, cli) },
        },
        { write: { path: "%ATTRACTOR_STATUS_PATH%", text: '{"status":"success"}' } },
        FAKES[cli].result,
      ];
      const config = {
        llm: {
          cli_profile: "test_shim",
          providers: {
            [name]: {
              backend: "cli",
              executable: FAKE_CLI,
              failover: [],
              pass_env: ["FAKE_PLAN"],
              api: { protocol, base_url: `${upstream.url}/v1`, api_key_env: "OURS_API_KEY" },
              models: { "m-1": { input: 2, output: 10, cache_read: 0.5 } },
            },
          },
          force_models: { [name]: "m-1" },
        },
        sandbox: "off",
      };
      const repo = repository({ "g.dot": SOURCE, "c.json": JSON.stringify(config) });
      process.env.OURS_API_KEY = KEY;
      process.env.FAKE_PLAN = JSON.stringify(plan);
      const child = driver(repo, "run", "g.dot", "--config", "c.json", "--run-id", "r", "--allow-test-shim");
      const { code } = await child.ended;
      expect([code, child.text().slice(-800)]).toEqual([0, expect.any(String)]);
      const root = join(repo, ".attractor/runs/r");
      const final = finalOf(root);
      expect(upstream.asked).toHaveLength(8);
      // 90 in, 10 from the cache, 20 out: what the provider told, whatever the CLI itself says.
      expect(final.totals.tokens).toBe(8 * 120);
      expect(final.totals.cost_usd).toBeCloseTo((8 * (90 * 2 + 10 * 0.5 + 20 * 10)) / 1e6, 12);
      expect(final.simulated).toEqual(["executables"]);
      expect(named(logOf(root), "provider_selected").map(({ backend, model }) => [backend, model])).toEqual(
        Array(4).fill([cli, "m-1"]),
      );
      expect(readFileSync(join(root, "test/v1-a1/stdout.log"), "utf8")).toBe(`by ${cli}\n`.repeat(3));
      const invocation = readJson<{ argv: string[]; proxied: boolean }>(
        join(root, "plan/v1-a1/cli_invocation.json"),
      );
      expect(invocation.proxied).toBe(true);
      for (const file of ["progress.ndjson", "plan/v1-a1/cli_invocation.json", "plan/v1-a1/stdout.log"])
        expect(readFileSync(join(root, file), "utf8")).not.toContain(KEY);
    },
    120_000,
  );
});
