import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { preflight } from "../../../engine/agents/preflight/preflight.ts";
import { reachable } from "../../../engine/agents/preflight/reachable.ts";
import { loadConfig } from "../../../engine/config/load.ts";
import { asksModel } from "../../../engine/graph/asks-model.ts";
import { prepare } from "../../../engine/graph/prepare.ts";
import { api, cli, MACHINE, providers, report, zai } from "./preflight-world.ts";

const loopback = { base_url: "http://127.0.0.1:1/v1" };

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
