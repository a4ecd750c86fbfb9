/** Probes of models before a run: what is asked, what is said of the answers, and that no more is spent than was allowed. */
import { describe, expect, it, onTestFinished } from "vitest";
import type { ApiProtocol } from "../../../engine/agents/api/provider.ts";
import { preflight } from "../../../engine/agents/preflight/preflight.ts";
import { loadConfig } from "../../../engine/config/load.ts";
import { prepare } from "../../../engine/graph/prepare.ts";
import { BASE } from "../api/asked.ts";
import { PROTOCOLS, spoken } from "../api/wire/script.ts";
import { byteServer, type Received, type Reply, status } from "../api/wire/server.ts";
import { answered } from "./answered.ts";

const KEY = "key-of-the-probes-0815";
const RATES = { input: 1, output: 10, context: 200_000, max_output: 1000 };

const isStream = ({ url, body }: Received): boolean => body.stream === true || url.includes("streamGenerate");

/** What every protocol's server says when it is well. */
const well = (request: Received): Reply => {
  const protocol = PROTOCOLS.find((name) => request.url.startsWith(`/${name}/`))!;
  return isStream(request) ? spoken(protocol, { text: "ready" }) : status(200, answered(protocol, "ready"));
};

/** Providers that take over from each other where nothing is said of it. */
const SPEAKS: Readonly<Record<string, ApiProtocol>> = {
  anthropic: "anthropic_messages",
  zai: "openai_chat_completions",
};

/** Wherever the protocol puts it. */
const effortIn = ({ body }: Received): string => {
  const { reasoning_effort, reasoning, output_config, thinking, generationConfig } = body;
  const said = [reasoning_effort, reasoning, output_config, thinking, generationConfig?.thinkingConfig];
  return said
    .filter((one) => one !== undefined)
    .map((one) => JSON.stringify(one))
    .join();
};
/** In words, or as the tokens that the library makes of it. */
const HIGH = /high|2458|24576/;

interface Asked {
  readonly probes?: object;
  readonly budget?: object;
  readonly graph?: string;
  readonly providers?: readonly string[];
  readonly models?: object;
}

async function probed(reply: (request: Received) => Reply, asked: Asked = {}) {
  const { probes = {}, budget = {}, providers = PROTOCOLS, models = { "m-1": RATES } } = asked;
  const server = await byteServer(reply);
  onTestFinished(() => server.close());
  const declared = Object.fromEntries(
    providers.map((name) => {
      const protocol = SPEAKS[name] ?? (name as ApiProtocol);
      const base_url = `${server.url}/${protocol}${BASE[protocol]}`;
      const own = SPEAKS[name] === undefined ? { failover: [] } : {};
      return [
        name,
        { backend: "api", ...own, models, api: { protocol, base_url, api_key_env: "PROBE_KEY" } },
      ];
    }),
  );
  const config = loadConfig(
    JSON.stringify({
      ...{ llm: { providers: declared }, budget, sandbox: "off" },
      preflight: { prompt_probes: { enabled: true, ...probes } },
    }),
    "config",
  );
  if (!config.ok) throw new Error(JSON.stringify(config.problems));
  const stages = providers.map((name, n) => `n${n} [prompt=x, llm_provider=${name}, llm_model="m-1"]`);
  const { pipeline } = prepare(
    asked.graph ??
      `digraph g { s [shape=Mdiamond]; e [shape=Msquare]; ${stages.join("; ")}; s -> ${providers.map((_, n) => `n${n}`).join(" -> ")} -> e }`,
  );
  const report = await preflight({
    ...{ pipeline: pipeline!, config: config.config, allowTestShim: false, simulated: false, probe: true },
    machine: {
      env: { PROBE_KEY: KEY },
      find: () => null,
      ask: async () => null,
      canConfine: async () => true,
      ownSandbox: async () => true,
    },
    now: () => new Date(0),
  });
  const checks = report.checks.filter(({ name }) => name === "provider_prompt_probe");
  return { report, checks, received: server.received };
}

const spentOf = (message: string): number => Number(/cost ([\d.e-]+) USD/.exec(message)?.[1]);

describe("R-PRE-1: probes of models, where they are asked for", () => {
  it("each model is asked by stream and in one piece, with the tools of its family, for few tokens; the price is told", async () => {
    const { report, checks, received } = await probed(well);
    expect(report.summary.fail, JSON.stringify(checks)).toBe(0);
    expect(received).toHaveLength(8);
    expect(received.filter(isStream)).toHaveLength(4);
    for (const { body, headers, url } of received) {
      const text = JSON.stringify(body);
      for (const tool of ["read_file", "shell", "grep"]) expect(text).toContain(`"${tool}"`);
      const most = body.max_tokens ?? body.max_output_tokens ?? body.generationConfig?.maxOutputTokens;
      expect(most, url).toBe(16);
      expect(JSON.stringify(headers)).toContain(KEY);
    }
    for (const protocol of PROTOCOLS) {
      const said = checks.filter(({ provider }) => provider === protocol);
      expect(said.map(({ status, message }) => [status, message])).toEqual(
        ["stream", "complete"].map((how) => [
          "pass",
          `m-1 of ${protocol} with our tools (${how}): it answers`,
        ]),
      );
    }
    const bill = checks.at(-1)!;
    expect(bill).toMatchObject({ provider: "", status: "pass" });
    expect(bill.message).toContain("8 probes of models took");
    expect(bill.message).toContain("of at most 0.25 USD (preflight.prompt_probes.max_usd)");
    expect(spentOf(bill.message)).toBeGreaterThan(0);
  });

  it("is not done where nobody asks for it, or where something else is wrong already", async () => {
    const { received } = await probed(well, {
      graph: `digraph g { s [shape=Mdiamond]; e [shape=Msquare]; a [prompt=x, llm_provider=${PROTOCOLS[0]}, llm_model="m-2"]; s -> a -> e }`,
    });
    expect(received).toEqual([]);
  });

  const [anthropic] = PROTOCOLS;
  const one = [anthropic!];

  it.each([
    [401, { error: { message: "invalid x-api-key" } }, "fail", "HTTP 401: invalid x-api-key; check the key"],
    [403, { error: { type: "permission_error", message: "no" } }, "fail", "the key may not use this model"],
    [404, { error: { message: "model not found" } }, "fail", "name a model that this key can use"],
    [400, { error: { message: "tools.0: no" } }, "fail", "the provider does not take our requests"],
    [402, { error: { message: "pay" } }, "fail", "the account has to be paid"],
    [529, { error: { message: "overloaded" } }, "warn", "it may be well when the run comes to it"],
    [429, { error: { message: "rate limit" } }, "warn", "it may be well when the run comes to it"],
  ] as const)("HTTP %i: %o is a %3$s", async (code, body, verdict, sentence) => {
    const { checks, received } = await probed(() => status(code, body), { providers: one });
    expect(checks[0]).toMatchObject({ status: verdict, provider: anthropic });
    expect(checks[0]!.message).toContain(sentence);
    // Not asked again in another way.
    expect(received).toHaveLength(1);
  });

  it("an address that nobody answers at is not reached, which is not wrong; a silent one ends at its time", async () => {
    const reset = await probed(() => ({ kind: "reset" }), { providers: one });
    expect(reset.report.summary.fail).toBe(0);
    expect(reset.checks[0]!.status).toBe("warn");
    const silent = await probed(() => ({ kind: "stream", text: ": wait\n\n", end: "hang" }), {
      providers: one,
      probes: { timeout_ms: 300 },
    });
    expect(silent.checks[0]).toMatchObject({
      status: "warn",
      message: expect.stringContaining("nothing was answered within 300 ms"),
    });
  });

  it("what fails only in one piece is a warning: agents are answered by stream", async () => {
    const { report, checks } = await probed(
      (request) => (isStream(request) ? well(request) : status(400, { error: { message: "stream only" } })),
      { providers: one },
    );
    expect(report.summary.fail).toBe(0);
    expect(checks.map(({ status: is }) => is)).toEqual(["pass", "warn", "pass"]);
  });

  it.each(PROTOCOLS)(
    "%s: a probe sends the effort that its stages would send, each once",
    async (protocol) => {
      // The library sends no effort to a model of OpenAI's that it does not know to think.
      const model = protocol === "openai_responses" ? "gpt-5" : "m-1";
      const nodes = [null, "low", "high", "low"].map((effort, n) => {
        const asks = effort === null ? "" : `, reasoning_effort=${effort}`;
        return `n${n} [prompt=x, llm_provider=${protocol}, llm_model="${model}"${asks}]`;
      });
      const { report, checks, received } = await probed(
        (request) =>
          HIGH.test(effortIn(request))
            ? status(400, { error: { message: "m-1 does not think that hard" } })
            : well(request),
        {
          providers: [protocol],
          models: { [model]: { ...RATES, max_output: 20_000, efforts: ["low", "high"] } },
          graph: `digraph g { s [shape=Mdiamond]; e [shape=Msquare]; ${nodes.join("; ")}; s -> n0 -> n1 -> n2 -> n3 -> e }`,
        },
      );
      expect(received.filter(isStream).map((request) => effortIn(request) !== "")).toEqual([
        false,
        true,
        true,
      ]);
      expect(received).toHaveLength(5);
      expect(report.summary.fail).toBe(1);
      const said = checks.map(({ status: is, message }) => `${is} ${message}`);
      expect(said[2]).toContain(
        `pass ${model} of ${protocol} with our tools (stream, reasoning_effort=low): it`,
      );
      expect(said[4]).toMatch(/^fail .*reasoning_effort=high\): HTTP 400: m-1 does not.*name another/);
    },
  );

  it("one that is only to take over by the built-in order fails nobody", async () => {
    const { report, checks, received } = await probed(
      (request) => (request.url.includes("chat") ? status(401, { error: { message: "no" } }) : well(request)),
      {
        providers: ["anthropic", "zai"],
        graph: `digraph g { s [shape=Mdiamond]; e [shape=Msquare]; a [prompt=x, llm_provider=anthropic, llm_model="m-1"]; s -> a -> e }`,
      },
    );
    expect(report.summary.fail).toBe(0);
    expect(received).toHaveLength(3);
    expect(checks.map(({ provider, status: is }) => [provider, is])).toContainEqual(["zai", "warn"]);
  });
});

describe("R-PRE-6: what probes cost is bounded", () => {
  it("no more is sent than the most that it could cost: the rest is not asked, and says so", async () => {
    const { checks, received } = await probed(well, {
      probes: { max_usd: 0.006 },
    });
    expect(received.length).toBeGreaterThan(0);
    expect(received.length).toBeLessThan(8);
    const refused = checks.filter(({ message }) => message.includes("it was not asked (preflight"));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every(({ status: is }) => is === "warn")).toBe(true);
    expect(spentOf(checks.at(-1)!.message)).toBeLessThanOrEqual(0.006);
  });

  it("a price that nobody knows is not paid, unless that is allowed", async () => {
    const unpriced = { providers: ["anthropic_messages"], models: { "m-1": { context: 100_000 } } };
    const blocked = await probed(well, unpriced);
    expect(blocked.received).toEqual([]);
    expect(blocked.checks[0]!.message).toContain("the price of m-1 is not known");
    const allowed = await probed(well, { ...unpriced, budget: { on_unknown: "allow" } });
    expect(allowed.received).toHaveLength(2);
    expect(allowed.checks.at(-1)!.message).toContain("and what nobody can tell");
  });
});
