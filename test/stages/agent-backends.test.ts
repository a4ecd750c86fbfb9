import { describe, expect, it } from "vitest";
import { type BackendChoice, backendFor } from "../../engine/agents/choose.ts";
import type { AgentReply } from "../../engine/agents/port.ts";
import type { AgentOptions } from "../../engine/agents/stage/options.ts";
import { runAgent } from "../../engine/agents/stage/run.ts";
import { loadConfig } from "../../engine/config/load.ts";
import type { AttemptResult } from "../../engine/core/outcome.ts";
import type { StageNote } from "../../engine/stages/port.ts";
import { command, own, parentEnv, read, simulate } from "./agent-world.ts";
import { agent, type Scene, scene, tempDir } from "./scene.ts";

describe("the command backend", () => {
  const say = (line: string) => command(`${line}; echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"`);
  const usageOf = async (line: string): Promise<[AttemptResult["usage"], Scene]> => {
    const at = scene(agent());
    return [(await runAgent(at.request, say(line))).usage, at];
  };

  it("gives a provider the variables declared for it, and no other secret", async () => {
    const at = scene(agent());
    await runAgent(at.request, command('echo "<$OUR_KEY|$OTHER_KEY>"'));
    expect(read(at, "response.md")).toBe("<key|>");
  });

  it("takes the cost from the line that names it, keeps the line out of the answer", async () => {
    const line = `echo hello; echo '{"attractor_usage": {"model":"m","input_tokens":5,"cost_usd":0.25}}'`;
    const [usage, at] = await usageOf(line);
    expect(usage).toEqual([{ provider: "ours", model: "m", input_tokens: 5, cost_usd: 0.25 }]);
    expect(read(at, "response.md")).toBe("hello");
  });

  it("without one, or with one that cannot be read, has spent nobody knows how much", async () => {
    expect((await usageOf("echo hello"))[0]).toEqual([{ provider: "ours", cost_usd: null }]);
    const [usage, at] = await usageOf(`echo '{"attractor_usage": {"cost_usd": -1}}'`);
    expect(usage).toEqual([{ provider: "ours", cost_usd: null }]);
    expect(at.notes).toContainEqual(expect.objectContaining({ event: "warning", code: "usage_unreadable" }));
  });

  it("reports cost also when it fails", async () => {
    const at = scene(agent());
    const options = command(`echo '{"attractor_usage": {"cost_usd": 1}}'; exit 1`);
    expect((await runAgent(at.request, options)).usage).toEqual([{ provider: "ours", cost_usd: 1 }]);
  });
});

describe("which backend", () => {
  const failing = async (config: object, attrs = "") => {
    const loaded = loadConfig(JSON.stringify(config), "test");
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const backends = { config: loaded.config, simulation: null, parentEnv };
    const at = scene(agent(attrs));
    const options: AgentOptions = {
      choose: (request) => backendFor(request, backends),
      parentEnv,
      passEnv: [],
    };
    const result = await runAgent(at.request, options);
    expect(result.evidence).toEqual({ error_code: "configuration" });
    return result.outcome.failure_reason;
  };

  it("a provider that is not configured fails by the key that would configure it", async () => {
    const kimi = ', llm_provider="kimi"';
    expect(await failing({}, kimi)).toContain("add llm.providers.kimi, or run with --simulate");
    const ours = { backend: "command", command: "x" };
    expect(await failing({ llm: { providers: { ours } } }, kimi)).toContain(
      "add llm.providers.kimi (declared: ours)",
    );
    expect(await failing({})).toContain("names no provider and the config declares none");
    expect(await failing({ llm: { providers: { a: ours, b: ours } } })).toContain(
      "add llm_provider=a (or another of a, b)",
    );
  });

  it("a backend that cannot be had here says what is missing", async () => {
    const anthropic = { backend: "cli" };
    expect(await failing({ llm: { providers: { anthropic } } }, ', llm_provider="anthropic"')).toContain(
      "anthropic has no key: set ANTHROPIC_API_KEY",
    );
    const zai = { backend: "cli" };
    expect(await failing({ llm: { providers: { zai } } }, ', llm_provider="zai"')).toContain(
      "set executable to claude, codex, gemini or copilot",
    );
  });

  it("R-RUN-5: with a script every agent is simulated, and the backend says that it is", async () => {
    const { choose } = simulate({});
    const choice = choose(scene(agent(', llm_provider="kimi"')).request);
    expect(choice).toMatchObject({ ok: true, first: { source: "simulate", provider: "kimi" }, failover: [] });
    const real = command("x").choose(scene(agent()).request);
    const simulatedOf = async (made: BackendChoice) => made.ok && (await made.first.open()).simulated;
    expect([await simulatedOf(choice), await simulatedOf(real)]).toEqual([true, false]);
  });
});

describe("what leaves an agent stage on a machine that masks nothing itself", () => {
  const SECRET = "hunter22-hunter22-hunter22";
  const parentEnv = { ...process.env, MY_API_KEY: SECRET };
  const speaking = (reply: AgentReply) => ({ ...own({ run: async () => reply }), parentEnv });

  it("R-SEC-4: the answer that is kept, the reason and the context hold no value of a secret variable", async () => {
    const at = scene(agent());
    const problem = `401 for ${SECRET}`;
    const evidence = { error_code: "authentication" };
    const result = await runAgent(
      at.request,
      speaking({ response: `the key is ${SECRET}`, evidence, problem }),
    );
    expect(read(at, "response.md")).toBe("the key is ***");
    expect(JSON.stringify(result)).not.toContain(SECRET);
    expect(result.outcome.failure_reason).toBe("401 for ***");
  });

  it("R-SEC-4: nor does the reason of a failover; a mask that the driver gives counts too", async () => {
    const notes: StageNote[] = [];
    const at = scene(agent(), {
      note: (note) => notes.push(note),
      mask: (text) => text.replaceAll("of-the-driver", "***"),
      anew: async () => ({ stageDir: tempDir() }),
    });
    const options = speaking({
      response: "",
      evidence: { error_code: "overloaded" },
      problem: `overloaded: ${SECRET} of-the-driver`,
    });
    const chosen = options.choose(at.request);
    if (!chosen.ok) throw new Error(chosen.problem);
    await runAgent(at.request, { ...options, choose: () => ({ ...chosen, failover: [chosen.first] }) });
    const [failover] = notes.filter(({ event }) => event === "llm_failover");
    expect(failover).toMatchObject({ reason: "overloaded: *** ***" });
  });
});
