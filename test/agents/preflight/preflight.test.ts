import { describe, expect, it } from "vitest";
import type { Machine } from "../../../engine/agents/preflight/machine.ts";
import { api, cli, providers, report, zai } from "./preflight-world.ts";

/** What is wrong, and the sentence that fixes it. */
const WRONG: readonly (readonly [string, string, object, Partial<Machine>, readonly string[]])[] = [
  [
    "no provider at all",
    "",
    {},
    {},
    [
      "declares none under llm.providers",
      "for instance write llm: { providers: { anthropic: { backend: api } } } with the key in ANTHROPIC_API_KEY",
      "run with --simulate",
    ],
  ],
  [
    "a provider that is not declared",
    zai,
    providers({ kimi: api() }),
    {},
    [
      "asks for provider zai",
      "write llm: { providers: { zai: { backend: api } } } with the key in ZAI_API_KEY into .github/attractor.yml",
    ],
  ],
  [
    "a provider that nobody knows",
    ", llm_provider=ours",
    providers({}),
    {},
    ["ours: { backend: api, api: { protocol: openai_chat_completions, base_url:"],
  ],
  [
    "several providers and none named",
    "",
    providers({ zai: api(), kimi: api() }),
    {},
    ["add llm_provider=zai (or another of zai, kimi)"],
  ],
  [
    "no key",
    zai,
    providers({ zai: api() }),
    { env: {} },
    ["zai has no key: set ZAI_API_KEY", "add it as a secret"],
  ],
  ["an empty key", zai, providers({ zai: api() }), { env: { ZAI_API_KEY: "" } }, ["set ZAI_API_KEY"]],
  [
    "no address",
    ", llm_provider=ours, llm_model=m",
    providers({ ours: api() }),
    {},
    ["llm.providers.ours.api lacks protocol, base_url, api_key_env"],
  ],
  [
    "a model that there is not (the seed's gemini-3-pro)",
    ', llm_provider=google, llm_model="gemini-3-pro"',
    providers({ google: api() }),
    {},
    ["node it names gemini-3-pro, which is no model of google: did you mean gemini-3-pro-preview?"],
  ],
  [
    "another provider's model",
    ', llm_provider=anthropic, llm_model="glm-4.7"',
    providers({ anthropic: api() }),
    {},
    ["which is no model of anthropic: zai has it"],
  ],
  [
    "a model of a CLI's that there is not",
    ', llm_provider=anthropic, llm_model="claude-opus-9"',
    providers({ anthropic: cli() }),
    {},
    ["no model of anthropic", "did you mean claude-opus-"],
  ],
  [
    "R-AGENT-11: a forced model that there is not",
    zai,
    providers({ zai: api() }, { force_models: { zai: "glm-9" } }),
    {},
    ["llm.force_models names glm-9, which is no model of zai"],
  ],
  [
    "R-AGENT-11: a model forced on somebody who is not declared",
    zai,
    providers({ zai: api() }, { force_models: { kimi: "kimi-k2.5" } }),
    {},
    ["llm.force_models names kimi, which is not declared"],
  ],
  [
    "failover to somebody who is not declared",
    zai,
    providers({ zai: api({ failover: ["kimi"] }) }),
    {},
    [
      "llm.providers.zai.failover names kimi, which is not declared: take it out, or write llm: { providers: { kimi:",
    ],
  ],
  [
    "a listed failover without its key",
    zai,
    providers({ zai: api({ failover: ["kimi"] }), kimi: api() }),
    { env: { ZAI_API_KEY: "z" } },
    ["kimi has no key: set KIMI_API_KEY"],
  ],
  [
    "escalation to somebody who is not declared",
    `${zai}, escalation_models="openai:gpt-5.2"`,
    providers({ zai: api() }),
    {},
    [
      "escalation_models of node it asks for provider openai",
      "write llm: { providers: { openai: { backend: api } } }",
    ],
  ],
  [
    "escalation to a model that there is not",
    `${zai}, escalation_models="zai:glm-99"`,
    providers({ zai: api() }),
    {},
    ["glm-99, which is no model of zai"],
  ],
  [
    "a command that is not installed",
    ", llm_provider=google",
    providers({ google: cli() }),
    {},
    ["needs the command gemini, which is not on the PATH: install it"],
  ],
  [
    "R-AGENT-7: a CLI without what is needed",
    ", llm_provider=anthropic",
    providers({ anthropic: cli() }),
    {
      ask: async (_path, args) =>
        args.includes("--version")
          ? "0.9"
          : "--output-format --permission-mode --permission-prompts --setting-sources --strict-mcp-config",
    },
    ["claude 0.9 does not know --verbose: install a current version"],
  ],
  [
    "a CLI of no known kind",
    ", llm_provider=zai",
    providers({ zai: cli() }),
    {},
    ["nothing says which one: set executable to claude, codex, gemini or copilot"],
  ],
  [
    "R-RUN-5: a stand-in for a CLI",
    ", llm_provider=anthropic",
    providers({ anthropic: cli({ executable: "/opt/shim" }) }),
    {},
    ["/opt/shim may be a stand-in for claude: give --allow-test-shim"],
  ],
  [
    "R-RUN-5: a profile of stand-ins",
    ", llm_provider=anthropic",
    providers({ anthropic: cli() }, { cli_profile: "test_shim" }),
    {},
    ["give --allow-test-shim"],
  ],
  [
    "Copilot without a token",
    ", llm_provider=copilot",
    providers({ copilot: cli({ executable: "claude" }) }),
    {},
    ["set COPILOT_GITHUB_TOKEN", "copilot-requests: write"],
  ],
  [
    "an agent by protocol without address or account",
    ", llm_provider=other",
    providers({ other: { backend: "acp", command: "x" } }),
    {},
    ["llm.providers.other.api lacks protocol, base_url, api_key_env", "or write auth: login"],
  ],
  [
    "hosts that nobody keeps to",
    zai,
    { ...providers({ zai: api() }), sandbox: "off", egress: ["registry.npmjs.org"] },
    {},
    ["egress lists hosts, and with sandbox: off nobody keeps to them: write sandbox: auto or required"],
  ],
  [
    "a sandbox that is required and cannot be had",
    zai,
    { ...providers({ zai: api() }), sandbox: "required" },
    { canConfine: async () => false },
    [
      "sandbox is required and not confined: commands of the agents of zai: bubblewrap cannot start here",
      "install bubblewrap and let it make user namespaces",
    ],
  ],
];

describe("R-PRE-3, R-EASE-4: what preflight knows to be in vain fails, with the sentence that fixes it", () => {
  it.each(WRONG)("%s", async (_what, attrs, config, machine, sentences) => {
    const { checks, summary } = await report(attrs, config, machine);
    expect(summary.fail).toBeGreaterThan(0);
    const failed = checks.flatMap(({ status, message }) => (status === "fail" ? [message] : [])).join("\n");
    for (const sentence of sentences) expect(failed).toContain(sentence);
  });

  it("R-PRE-1: says all of it at once", async () => {
    const config = {
      ...providers(
        { zai: api({ failover: ["kimi"] }), google: cli(), openai: api() },
        { force_models: { nobody: "x" } },
      ),
      sandbox: "required",
    };
    const attrs = `${zai}, escalation_models="google:gemini-3-pro, openai:gpt-nothing"`;
    const { checks, summary } = await report(attrs, config, {
      env: { ZAI_API_KEY: "z" },
      canConfine: async () => false,
    });
    const failed = checks
      .filter(({ status }) => status === "fail")
      .map(({ name, provider }) => `${name} ${provider}`);
    expect(failed.sort()).toEqual([
      "provider_api_credentials openai",
      "provider_api_presence kimi",
      "provider_api_presence nobody",
      "provider_cli_presence google",
      "provider_model_catalog google",
      "provider_model_catalog openai",
      "sandbox ",
    ]);
    expect(summary).toEqual({
      pass: checks.filter(({ status }) => status === "pass").length,
      warn: checks.filter(({ status }) => status === "warn").length,
      fail: 7,
    });
  });
});
