import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type BackendChoice, backendFor } from "../../engine/agents/choose.ts";
import type { AgentBackend, AgentReply } from "../../engine/agents/port.ts";
import { settingsOf } from "../../engine/agents/settings.ts";
import { parseScript } from "../../engine/agents/simulate-script.ts";
import type { AgentOptions } from "../../engine/agents/stage/options.ts";
import { runAgent } from "../../engine/agents/stage/run.ts";
import { loadConfig } from "../../engine/config/load.ts";
import type { AttemptResult } from "../../engine/core/outcome.ts";
import type { StageNote } from "../../engine/stages/port.ts";
import { findMarked } from "../../engine/stages/strays.ts";
import { agent, nextAttempt, type Scene, scene, tempDir } from "./scene.ts";

const parentEnv = { ...process.env, OUR_KEY: "key", OTHER_KEY: "other" };

/** A `command` provider and what it does, in a few words of shell. */
function command(script: string): AgentOptions {
  const loaded = loadConfig(
    JSON.stringify({
      llm: { providers: { ours: { backend: "command", command: script, pass_env: ["OUR_KEY"] } } },
    }),
    "test",
  );
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const backends = { config: loaded.config, simulation: null, parentEnv };
  return { choose: (request) => backendFor(request, backends), parentEnv, passEnv: [] };
}

function simulate(script: object): AgentOptions {
  const read = parseScript(JSON.stringify(script), "script.json");
  if (!read.ok) throw new Error(read.problems.join("\n"));
  const backends = { config: { llm: { providers: {} } } as never, simulation: read.script, parentEnv };
  return { choose: (request) => backendFor(request, backends), parentEnv, passEnv: [] };
}

const own = (backend: Partial<AgentBackend>): AgentOptions => ({
  choose: ({ stage }): BackendChoice => ({
    ok: true,
    first: {
      provider: "own",
      model: null,
      source: "graph_attrs",
      kind: "command",
      settings: settingsOf(stage),
      open: async () => ({
        name: "own",
        simulated: false,
        run: async () => ({ response: "", evidence: {} }),
        ...backend,
      }),
    },
    failover: [],
    pinned: false,
  }),
  parentEnv,
  passEnv: [],
});

const read = (at: Scene, file: string) => readFileSync(join(at.stageDir, file), "utf8");
describe("an agent stage", () => {
  it("R-OBS-3: who takes over may spend what the one before left", async () => {
    const at = scene(agent());
    const seen: unknown[] = [];
    const usage = [{ cost_usd: 0.75 }];
    const options = own({
      async run({ request }) {
        seen.push(request.spendableUsd);
        return { response: "", evidence: { error_code: "overloaded" }, problem: "overloaded", usage };
      },
    });
    const choose = (request: typeof at.request): BackendChoice => {
      const choice = options.choose(request);
      return choice.ok ? { ...choice, failover: [choice.first, choice.first] } : choice;
    };
    const anew = async () => ({ stageDir: at.stageDir });
    await runAgent({ ...at.request, spendableUsd: 1, anew }, { ...options, choose });
    expect(seen).toEqual([1, 0.25, 0]);
  });

  it("R-SEC-1: what stands where the engine writes is no way to stop or lead it", async () => {
    const at = scene(agent());
    for (const name of ["context.json", "prompt.md", "provider_used.json", "response.md"])
      mkdirSync(join(at.stageDir, name, "x"), { recursive: true });
    const elsewhere = join(at.worktree, "elsewhere");
    writeFileSync(elsewhere, "kept");
    const result = await runAgent(
      at.request,
      own({
        async run() {
          symlinkSync(elsewhere, join(at.stageDir, "status.json"));
          return { response: "Done", evidence: {} };
        },
      }),
    );
    expect(result.outcome.status).toBe("fail");
    expect(JSON.parse(read(at, "context.json"))).toEqual(at.request.context);
    expect([read(at, "response.md"), readFileSync(elsewhere, "utf8")]).toEqual(["Done", "kept"]);
    expect(JSON.parse(read(at, "status.json"))).toMatchObject({ outcome: "fail" });
  });

  it("keeps prompt, context and answer, and hands on the beginning of the answer", async () => {
    const at = scene(agent(), { context: { "tool.output": "hi" } });
    const options = command(
      `cat >/dev/null; printf 'a%.0s' {1..500}; echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"`,
    );
    const { outcome } = await runAgent(at.request, options);
    expect(outcome).toEqual({
      status: "success",
      context_updates: { last_stage: "it", last_response: "a".repeat(200) },
    });
    expect(read(at, "prompt.md")).toContain("Do the work");
    expect(read(at, "response.md")).toBe("a".repeat(500));
    expect(JSON.parse(read(at, "context.json"))).toEqual({ "tool.output": "hi" });
    expect(at.notes).toContainEqual({
      event: "provider_selected",
      provider: "ours",
      backend: "command",
      source: "only_provider",
    });
  });

  it("is asked before it answers: the prompt is on disk when the backend runs, and is what it is given", async () => {
    const at = scene(agent());
    const options = command(
      `[ "$(cat)" = "$(cat "$ATTRACTOR_STAGE_DIR/prompt.md")" ] && echo same; cat /dev/stdin | wc -c`,
    );
    await runAgent(at.request, options);
    expect(read(at, "response.md")).toContain("same");
  });

  it("R-STAT-4: that writes only .ai/status.json with success ends as success, and says where it was found", async () => {
    const at = scene(agent());
    const options = command(`mkdir -p .ai && echo '{"status":"success"}' > .ai/status.json`);
    expect((await runAgent(at.request, options)).outcome.status).toBe("success");
    expect(at.notes).toContainEqual({ event: "status_ingestion_decision", source: "dot_ai", copied: true });
    expect(existsSync(join(at.worktree, ".ai/status.json"))).toBe(false);
  });

  it("R-STAT-4: so does a simulated one", async () => {
    const at = scene(agent());
    const options = simulate({ it: [{ status_file: { at: "dot_ai", content: { outcome: "success" } } }] });
    expect((await runAgent(at.request, options)).outcome.status).toBe("success");
  });

  it.each(["command", "own"])(
    "R-STAT-8: that ends cleanly and says nothing fails, with every path (%s backend)",
    async (kind) => {
      const at = scene(agent());
      const { outcome, evidence } = await runAgent(
        at.request,
        kind === "command" ? command("true") : own({}),
      );
      expect(outcome.status).toBe("fail");
      expect(outcome.failure_reason).toBe(
        `missing status.json (auto_status=false); looked at ${at.stageDir}/status.json: not there; ${at.worktree}/status.json: not there; ${at.worktree}/.ai/status.json: not there`,
      );
      expect(evidence.error_code).toBe("status_contract");
      expect(JSON.parse(read(at, "status.json")).status).toBe("fail");
    },
  );

  it("R-STAT-7: with auto_status silence is success, a broken file is not", async () => {
    const quiet = scene(agent(", auto_status=true"));
    expect((await runAgent(quiet.request, command("true"))).outcome).toMatchObject({
      status: "success",
      notes: "auto-status: handler completed without writing status",
    });
    const broken = scene(agent(", auto_status=true"));
    const options = command(`echo '{"status":' > status.json`);
    expect((await runAgent(broken.request, options)).outcome.status).toBe("fail");
  });

  it("R-STAT-5: a backend that fails has failed, whatever the file and the backend's own word say", async () => {
    const crashed = scene(agent());
    const options = command(
      `echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"; echo 'panic: out of quota' >&2; exit 7`,
    );
    expect((await runAgent(crashed.request, options)).outcome).toMatchObject({
      status: "fail",
      failure_reason: expect.stringContaining("exit status 7: panic: out of quota"),
    });
    const claims = own({
      run: async () => ({
        response: "",
        evidence: { error_code: "turn_limit" },
        problem: "turn limit reached (max_turns=25)",
        outcome: { status: "success" },
      }),
    });
    expect((await runAgent(scene(agent()).request, claims)).outcome).toMatchObject({
      status: "fail",
      failure_reason: expect.stringContaining("turn limit reached (max_turns=25)"),
    });
  });

  it("R-STAT-6: unknown fields are reported and stay in the file; an older shape is rewritten in today's", async () => {
    const at = scene(agent());
    const options = command(`echo '{"outcome":"ok","verification":{"n":1}}' > "$KILROY_STAGE_STATUS_PATH"`);
    const result = await runAgent(at.request, options);
    expect(result.unknownFields).toEqual(["verification"]);
    expect(JSON.parse(read(at, "status.json"))).toEqual({
      verification: { n: 1 },
      status: "success",
      outcome: "success",
    });
    expect(read(at, "status.received.json")).toContain('"outcome":"ok"');
    const decision = at.notes.find(({ event }) => event === "status_ingestion_decision");
    expect(decision?.diagnostic).toContain("unknown fields kept: verification");
  });

  it("R-STAT-9: a word that the graph routes on is no near miss", async () => {
    const at = scene(agent());
    const routed = {
      ...at.request.pipeline.out.get("it")![0]!,
      condition: { clauses: [{ key: "outcome", op: "=", value: "sucess", offset: 0, valueOffset: 0 }] },
    } as never;
    const pipeline = { ...at.request.pipeline, out: new Map([["it", [routed]]]) };
    const options = command(`echo '{"status":"sucess"}' > "$ATTRACTOR_STATUS_PATH"`);
    expect((await runAgent({ ...at.request, pipeline }, options)).outcome.status).toBe("sucess");
    expect((await runAgent(nextAttempt(at).request, options)).outcome.status).toBe("fail");
  });

  it("R-STAT-3: what the first attempt left is not the second's answer", async () => {
    const at = scene(agent());
    at.put("status.json", '{"status":"success"}');
    const { outcome } = await runAgent(at.request, command("true"));
    expect(outcome.failure_reason).toContain("stood there before this attempt");
  });

  it("a backend that throws fails the stage with what it threw", async () => {
    const options = own({
      run: async () => {
        throw new Error("socket hang up");
      },
    });
    const { outcome, evidence, usage } = await runAgent(scene(agent()).request, options);
    expect(outcome.failure_reason).toBe("the own backend failed: socket hang up");
    expect(evidence.error_code).toBe("backend_error");
    // It may have spent money before.
    expect(usage).toEqual([{ provider: "own", cost_usd: null }]);
  });

  it("R-LIVE-7: is stopped at its time limit and on cancel, whichever the backend", async () => {
    for (const options of [
      command("sleep 1000"),
      simulate({ it: [{ status: "success", delay_ms: 3_600_000 }] }),
    ]) {
      const late = scene(agent(), { timeoutMs: 100 });
      const { evidence, outcome } = await runAgent(late.request, options);
      expect(evidence.timed_out).toBe(true);
      expect(outcome.failure_reason).toContain("timed out after 100 ms");
      expect(findMarked([`ATTRACTOR_STAGE_DIR=${late.stageDir}`], null)).toEqual([]);

      const canceled = scene(agent(), { signal: AbortSignal.timeout(100) });
      expect((await runAgent(canceled.request, options)).evidence.canceled).toBe(true);
    }
  });

  it("keeps its promised outputs like a tool", async () => {
    const options = simulate({
      it: [{ status: "success" }, { status: "success", files: { "plan.md": "x" } }],
    });
    const at = scene(agent(', outputs="plan.md"'));
    expect((await runAgent(at.request, options)).evidence.error_code).toBe("status_contract");
    const again = scene(agent(', outputs="plan.md"'), { visit: 2 });
    expect((await runAgent(again.request, options)).outcome.status).toBe("success");
  });
});

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

it("a stage's own file that only looks like a log does not stand in the way", async () => {
  const at = scene(agent());
  writeFileSync(join(at.worktree, "stdout.log"), "mine");
  await runAgent(at.request, command("echo x"));
  expect(readFileSync(join(at.worktree, "stdout.log"), "utf8")).toBe("mine");
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
