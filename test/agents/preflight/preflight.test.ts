import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Machine } from "../../../engine/agents/preflight/machine.ts";
import { preflight } from "../../../engine/agents/preflight/preflight.ts";
import { asksModel, reachable } from "../../../engine/agents/preflight/reachable.ts";
import { loadConfig } from "../../../engine/config/load.ts";
import { prepare } from "../../../engine/graph/prepare.ts";

const HELP =
  "claude --output-format --verbose --permission-mode --permission-prompts --setting-sources --strict-mcp-config\ncodex --json --sandbox --model --approval-mode --allow-tool";
const MACHINE: Machine = {
  env: {
    ANTHROPIC_API_KEY: "a",
    OPENAI_API_KEY: "o",
    GEMINI_API_KEY: "g",
    KIMI_API_KEY: "k",
    ZAI_API_KEY: "z",
  },
  find: (name) => (["claude", "codex", "/opt/shim"].includes(name) ? `/usr/bin/${name}` : null),
  ask: async (_path, args) => (args.includes("--version") ? "2.1.332 (it)" : HELP),
  canConfine: async () => true,
  ownSandbox: async () => true,
};

async function report(attrs: string, config: object, machine: Partial<Machine> = {}, allowTestShim = false) {
  const loaded = loadConfig(JSON.stringify(config), "config");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { pipeline, diagnostics } = prepare(
    `digraph g { start [shape=Mdiamond]; exit [shape=Msquare]; it [prompt=x ${attrs}]; start -> it -> exit }`,
  );
  if (pipeline === null) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return preflight({
    pipeline,
    config: loaded.config,
    machine: { ...MACHINE, ...machine },
    allowTestShim,
    simulated: false,
    now: () => new Date(0),
  });
}

const providers = (all: object, more: object = {}) => ({ llm: { providers: all, ...more } });
const api = (more: object = {}) => ({ backend: "api", failover: [], ...more });
const cli = (more: object = {}) => ({ backend: "cli", failover: [], ...more });
const zai = ', llm_provider=zai, llm_model="glm-4.7"';
const loopback = { base_url: "http://127.0.0.1:1/v1" };

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

const ACP = { backend: "acp", command: "agent --acp", auth: "login", failover: [] };
const COMMAND = { backend: "command", command: "./agent.sh", failover: [] };

describe("R-AGENT-14: tool hooks", () => {
  const failed = async (attrs: string, config: object): Promise<string[]> => {
    const { checks } = await report(attrs, config, { env: { ZAI_API_KEY: "z", ANTHROPIC_API_KEY: "a" } });
    return checks.flatMap(({ status, message }) => (status === "fail" ? [message] : []));
  };
  const hooks = ["tool_hooks.pre", "tool_hooks.post"];

  it.each(hooks)(
    "%s: a backend without hooks refuses the graph, as the first or by failover",
    async (hook) => {
      const hooked = `, ${hook}="./check.sh"`;
      for (const [backend, config] of Object.entries({ acp: ACP, command: COMMAND })) {
        const refused = [
          `node it asks for tool_hooks, and a provider of backend ${backend} has none: take them out, or give the node a provider of backend api or cli`,
        ];
        expect(await failed(hooked, providers({ ours: config }))).toEqual(refused);
        const first = { zai: api({ failover: ["ours"] }), ours: config };
        expect(await failed(`${zai}${hooked}`, providers(first))).toEqual(refused);
        expect(await failed("", providers({ ours: config }))).toEqual([]);
      }
    },
  );

  it.each(hooks)("%s: our own loop and the CLIs have them", async (hook) => {
    const hooked = `, ${hook}="./check.sh"`;
    expect(await failed(`${zai}${hooked}`, providers({ zai: api() }))).toEqual([]);
    expect(await failed(hooked, providers({ anthropic: cli() }))).toEqual([]);
  });
});

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

const warned = async (...args: Parameters<typeof report>) => {
  const { checks, summary } = await report(...args);
  expect([summary.fail, checks.filter(({ status }) => status === "fail")]).toEqual([0, []]);
  return checks.flatMap(({ status, message }) => (status === "warn" ? [message] : []));
};

describe("what may run is told what is not sure", () => {
  it("R-PRE-1: nothing, for a declared provider with a current model, its key and its command", async () => {
    expect(await warned(zai, providers({ zai: api() }))).toEqual([]);
    expect(await warned(", llm_provider=anthropic, llm_model=opus", providers({ anthropic: cli() }))).toEqual(
      [],
    );
    expect(await warned("", providers({ ours: { backend: "command", command: "x" } }))).toEqual([]);
  });

  it("R-PRE-1: retired models that the seeds name run, and are called so", async () => {
    const kimi = ', llm_provider=kimi, llm_model="kimi-k2.5"';
    expect(await warned(kimi, providers({ kimi: api() }))).toEqual([
      expect.stringContaining("no longer lists"),
    ]);
  });

  it("R-PRE-1: an address of one's own is a warning with unknown cost, until its models are written down", async () => {
    const attrs = ", llm_provider=anthropic, llm_model=anything";
    expect(await warned(attrs, providers({ anthropic: api({ api: loopback }) }))).toEqual([
      "nobody here knows the models of anthropic: what anything costs is not known; write llm.providers.anthropic.models to say it",
    ]);
    const priced = api({ api: loopback, models: { anything: { input: 1, output: 2 } } });
    expect(await warned(attrs, providers({ anthropic: priced }))).toEqual([]);
    const bounded = { ...providers({ anthropic: api({ api: loopback }) }), budget: { usd: 5 } };
    expect((await warned(attrs, bounded)).at(-1)).toContain(
      "cannot be priced: the run stops after the first",
    );
  });

  it("the built-in order without a key is a warning: that one cannot take over", async () => {
    const machine = { env: { ZAI_API_KEY: "z" } };
    expect(await warned(zai, providers({ zai: { backend: "api" }, openai: api() }), machine)).toEqual([
      "openai has no key in OPENAI_API_KEY and cannot take over: set it, or write failover: [] where nobody should take over",
    ]);
  });

  it("R-AGENT-21: what a model does not take is said", async () => {
    const attrs = `${zai}, reasoning_effort=high, max_tokens=900000`;
    expect(await warned(attrs, providers({ zai: api() }))).toEqual([
      "node it asks for reasoning_effort=high, and glm-4.7 takes no level of effort: it is not sent",
      "node it asks for max_tokens=900000, and glm-4.7 writes 131072 at most",
    ]);
  });

  it("R-AGENT-16: an account of one's own is not proxied, and no sandbox is not confined", async () => {
    const config = providers({ anthropic: cli({ auth: "login" }) });
    const bare = { canConfine: async () => false, ownSandbox: async () => false };
    expect(await warned(", llm_provider=anthropic", config, bare)).toEqual([
      expect.stringContaining("anthropic is not proxied"),
      "not confined: commands of the agents of anthropic: bubblewrap cannot start here",
    ]);
  });

  it("R-RUN-5: a stand-in that is allowed is told", async () => {
    const config = providers({ anthropic: cli({ executable: "/opt/shim" }) });
    expect(await warned(", llm_provider=anthropic", config, {}, true)).toEqual([
      "/opt/shim stands in for claude: this run says that it is not real",
    ]);
  });
});

describe("R-PRE-1: the large graphs that ship, with their own configuration", () => {
  it.each([
    ["rogue-fast/rogue-fast.dot", "rogue-fast/run.yaml", ["kimi kimi-k2.5", "zai glm-4.7"]],
    [
      "rogue-slow/rogue-slow.dot",
      "rogue-slow/run.yaml",
      ["anthropic claude-opus-4-6", "kimi kimi-k2.5", "openai gpt-5.3-codex", "zai glm-4.7"],
    ],
    [
      "dttf/dttf.dot",
      "dttf/run.yaml",
      ["anthropic claude-opus-4-6", "google gemini-3-pro-preview", "openai gpt-5.3-codex"],
    ],
  ] as const)("%s reaches its own models and no others, and may begin", async (graph, file, models) => {
    const folder = new URL("../../../graphs/", import.meta.url);
    const loaded = loadConfig(readFileSync(new URL(file, folder), "utf8"), file);
    const { pipeline } = prepare(readFileSync(new URL(graph, folder), "utf8"));
    if (!loaded.ok || pipeline === null) throw new Error("the shipped graph cannot be read");
    const { config } = loaded;
    const { reached, problems } = reachable(
      [...pipeline.stages.values()].filter(asksModel),
      pipeline,
      config,
    );
    expect(problems).toEqual([]);
    const names = reached.map(({ target }) => `${target.provider} ${target.model}`);
    expect([...new Set(names)].sort()).toEqual(models);
    const machine = { ...MACHINE, find: (name: string) => `/usr/bin/${name}` };
    const asked = {
      pipeline,
      config,
      machine,
      allowTestShim: false,
      simulated: false,
      now: () => new Date(0),
    };
    expect((await preflight(asked)).checks.filter(({ status }) => status === "fail")).toEqual([]);
  });
});
