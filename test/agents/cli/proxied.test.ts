import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CliName } from "../../../engine/agents/cli/adapter.ts";
import { CLI_NAMES } from "../../../engine/agents/cli/adapters.ts";
import type { Protocol } from "../../../engine/config/known-providers.ts";
import { type Provider, provider, STREAMS } from "../proxy/upstream.ts";
import { FAKES, SESSION, type Step } from "./fakes/lines.ts";
import { type CliScene, cliScene, type Wanted } from "./scene.ts";

const KEY = "sk-canary-real-key-7f3a9b";
const each = it.each(CLI_NAMES as CliName[]);

const PROTOCOL: Readonly<Record<CliName, Protocol>> = {
  claude: "anthropic_messages",
  codex: "openai_responses",
  gemini: "google_generate_content",
  copilot: "openai_chat_completions",
};

/** A model call as each CLI would make it, at the address and with the token that it was given. */
function call(cli: CliName): Step {
  const body = { model: "m-1", max_tokens: 10 };
  const at = (url: string, name: string) => ({
    post: { url, headers: { authorization: `Bearer %${name}%` }, body },
  });
  if (cli === "claude") return at("%ANTHROPIC_BASE_URL%/v1/messages", "ANTHROPIC_API_KEY");
  if (cli === "gemini")
    return at("%GOOGLE_GEMINI_BASE_URL%/v1beta/models/m-1:streamGenerateContent", "GEMINI_API_KEY");
  if (cli === "copilot")
    return at("%COPILOT_PROVIDER_BASE_URL%/chat/completions", "COPILOT_PROVIDER_API_KEY");
  return at("%PROXY_URL%/responses", "ATTRACTOR_MODEL_TOKEN");
}

function proxied(cli: CliName, upstream: Provider, plan: readonly Step[], wanted: Wanted = {}): CliScene {
  return cliScene(cli, {
    ...wanted,
    plan,
    provider: { auth: "key", ...wanted.provider },
    deps: { upstream: { baseUrl: `${upstream.url}/v1`, key: KEY }, ...wanted.deps },
    env: { PROVIDER_API_KEY: KEY, ...wanted.env },
  });
}

const answering = (cli: CliName) => provider(() => ({ chunks: STREAMS[PROTOCOL[cli]] }));
const whole = (cli: CliName): Step[] => [call(cli), ...FAKES[cli].begin, FAKES[cli].result];

describe("R-AGENT-16: a CLI behind its proxy", () => {
  each("%s: the proxy's count of each call stands, whatever the CLI itself tells", async (cli) => {
    const upstream = await answering(cli);
    const at = proxied(cli, upstream, [call(cli), ...whole(cli)]);
    const reply = await at.run();
    expect(reply.problem).toBeUndefined();
    expect(upstream.asked).toHaveLength(2);
    const one = expect.objectContaining({
      provider: "prov",
      model: "m-1",
      input_tokens: 90,
      output_tokens: 20,
      cache_read_tokens: 10,
      cost_usd: 0.00038,
    });
    expect(reply.usage).toEqual([one, one]);
    expect(at.json("cli_invocation.json").proxied).toBe(true);
  });

  each("%s: killed in the middle of a call, it has spent what was told by then", async (cli) => {
    const chunks = STREAMS[PROTOCOL[cli]].slice(0, -1);
    const upstream = await provider(() => ({ chunks, hang: true }));
    const at = proxied(cli, upstream, whole(cli), { request: { timeoutMs: 1500 } });
    const reply = await at.run();
    expect(reply.evidence.timed_out).toBe(true);
    expect(reply.usage).toHaveLength(1);
    // Chat and responses tell their tokens last of all.
    const told = cli === "claude" ? { input_tokens: 90 } : { cost_usd: null };
    if (cli !== "gemini" && cli !== "copilot") expect(reply.usage![0]).toMatchObject(told);
    expect(reply.usage![0]).toMatchObject({ provider: "prov", model: "m-1" });
  });

  each("%s: a model that streams is progress, though the CLI says nothing", async (cli) => {
    const pieces = Array.from({ length: 10 }, () => 'data: {"type":"ping"}\n\n');
    const upstream = await provider(() => ({ chunks: [...pieces, ...STREAMS[PROTOCOL[cli]]], everyMs: 200 }));
    const at = proxied(cli, upstream, whole(cli), { deps: { limits: { idleMs: 1500 } } });
    expect((await at.run()).problem).toBeUndefined();
  });

  each("%s: a call that the stage cannot pay ends it at once, its work kept", async (cli) => {
    const upstream = await answering(cli);
    const plan = [{ write: { path: "half.txt", text: "done so far" } }, call(cli), { hang: true }];
    const at = proxied(cli, upstream, plan, { deps: { spendable: () => 0.00001 } });
    const reply = await at.run();
    expect(reply.evidence).toEqual({ error_code: "budget_exceeded" });
    expect(reply.problem).toMatch(/this call could cost .* USD and the stage may spend 0\.0000 USD more/);
    expect(upstream.asked).toEqual([]);
    expect(readFileSync(join(at.worktree, "half.txt"), "utf8")).toBe("done so far");
  });

  it.each(["codex", "copilot"] as const)(
    "%s: its turns are counted where it does not count itself",
    async (cli) => {
      const upstream = await answering(cli);
      const plan = [...Array.from({ length: 5 }, () => call(cli)), ...FAKES[cli].begin, FAKES[cli].result];
      const at = proxied(cli, upstream, plan, { attrs: ", max_agent_turns=2" });
      const reply = await at.run();
      expect(reply.problem).toBe("turn limit reached (max_turns=2)");
      expect(reply.evidence).toEqual({ error_code: "turn_limit" });
      expect(upstream.asked).toHaveLength(2);
      expect(reply.usage).toHaveLength(2);
    },
  );

  each("%s: what the provider answered types its failure; an empty account pauses the run", async (cli) => {
    const answers = {
      401: { error: { type: "authentication_error", message: "invalid x-api-key" } },
      402: { error: { type: "billing_error", message: "credit balance is too low" } },
    };
    for (const status of [401, 402] as const) {
      const headers = { "content-type": "application/json" };
      const upstream = await provider(() => ({ status, headers, chunks: [JSON.stringify(answers[status])] }));
      const at = proxied(cli, upstream, [call(cli), FAKES[cli].failed, { exit: 1 }]);
      const reply = await at.run();
      expect(reply.evidence).toMatchObject({ http_status: status });
      expect(reply.problem).toContain(answers[status].error.message);
      expect(reply.paused).toEqual(status === 402 ? { provider: "prov", until: null } : undefined);
      expect(reply.usage).toEqual([]);
    }
  });

  it("a key that is not there is a sentence that names where it belongs", async () => {
    const at = cliScene("claude", { provider: { auth: "key" } });
    const reply = await at.run();
    expect(reply.evidence.error_code).toBe("configuration");
    expect(reply.problem).toContain("api_key_env");
  });
});

/** Every text below a folder. */
const textsBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));

describe("R-AGENT-16: the canary", () => {
  each(
    "%s: the real key is in no argument, environment or file of the stage, nor in its records",
    async (cli) => {
      const upstream = await answering(cli);
      const plan = [{ dump: "%OUT%/seen" }, ...whole(cli)];
      const at = proxied(cli, upstream, plan, {
        provider: { passEnv: ["FAKE_PLAN", "OUT", "PROVIDER_API_KEY"] },
      });
      const reply = await at.run();
      const found = [JSON.stringify(reply), JSON.stringify(at.log), JSON.stringify(at.notes)];
      const everything = [
        ...found,
        ...textsBelow(at.logsRoot),
        ...textsBelow(at.out),
        ...textsBelow(at.worktree),
      ];
      expect(everything.filter((text) => text.includes(KEY))).toEqual([]);
      expect(upstream.asked.some(({ headers }) => JSON.stringify(headers).includes(KEY))).toBe(true);
      // The control: with `auth: login` the same variable, declared by the author, is seen by the same search.
      const login = cliScene(cli, {
        plan: [{ dump: "%OUT%/seen" }, ...whole(cli).slice(1)],
        provider: { passEnv: ["FAKE_PLAN", "OUT", "PROVIDER_API_KEY"] },
        env: { PROVIDER_API_KEY: KEY },
      });
      await login.run();
      expect(textsBelow(login.out).some((text) => text.includes(KEY))).toBe(true);
    },
  );

  it("a token of the proxy is worth nothing once its stage has ended, and is masked in the records", async () => {
    const upstream = await answering("claude");
    const at = proxied("claude", upstream, [{ dump: "%OUT%/seen" }, ...whole("claude")]);
    await at.run();
    const seen = JSON.parse(readFileSync(join(at.out, "seen"), "utf8")) as { env: Record<string, string> };
    const { ANTHROPIC_BASE_URL: url = "", ANTHROPIC_API_KEY: token = "" } = seen.env;
    expect(token).toMatch(/^attractor-/);
    await expect(
      fetch(`${url}/v1/messages`, { method: "POST", headers: { "x-api-key": token } }),
    ).rejects.toThrow();
    expect(textsBelow(at.logsRoot).filter((text) => text.includes(token))).toEqual([]);
  });
});

describe("R-AGENT-20: sixteen side by side", () => {
  it("each has a state root, a port and a token of its own, and its own total", async () => {
    const upstream = await provider(({ body }) => {
      const n = Number(/agent-(\d+)/.exec(body)?.[1]);
      const usage = { input_tokens: 100 + n, output_tokens: n };
      return {
        chunks: [`data: ${JSON.stringify({ type: "message_start", message: { model: "m-1", usage } })}\n\n`],
      };
    });
    const scenes = Array.from({ length: 16 }, (_, n) => {
      const body = { model: "m-1", max_tokens: 10, metadata: `agent-${n}` };
      const headers = { "x-api-key": "%ANTHROPIC_API_KEY%" };
      const own: Step = { post: { url: "%ANTHROPIC_BASE_URL%/v1/messages", headers, body } };
      const plan = [
        { dump: "%OUT%/seen" },
        { wait: 500 },
        own,
        own,
        ...FAKES.claude.begin,
        FAKES.claude.result,
      ];
      return proxied("claude", upstream, plan);
    });
    const replies = await Promise.all(scenes.map((at) => at.run()));
    const seen = scenes.map((at) => JSON.parse(readFileSync(join(at.out, "seen"), "utf8")).env);
    for (const name of ["CLAUDE_CONFIG_DIR", "ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY"]) {
      expect(new Set(seen.map((env) => env[name])).size, name).toBe(16);
    }
    replies.forEach((reply, n) => {
      expect(reply.problem).toBeUndefined();
      const line = expect.objectContaining({ input_tokens: 100 + n, output_tokens: n });
      expect(reply.usage).toEqual([line, line]);
    });
  }, 120_000);
});

describe("fidelity full: a CLI's session goes on in a later stage", () => {
  each("%s: by its id, with the files that hold it, wherever the state root then is", async (cli) => {
    const root = {
      claude: "CLAUDE_CONFIG_DIR",
      codex: "CODEX_HOME",
      gemini: "GEMINI_CLI_HOME",
      copilot: "COPILOT_HOME",
    };
    const upstream = await answering(cli);
    const kept = `%${root[cli]}%/history-${SESSION}.jsonl`;
    const first = proxied(cli, upstream, [
      { write: { path: kept, text: '{"said":"before"}' } },
      ...whole(cli),
    ]);
    const { session } = await first.run();
    expect(session).toMatchObject({ backend: cli, data: { id: SESSION } });
    expect(JSON.stringify(session)).toContain("before");

    const second = proxied(cli, upstream, [{ dump: "%OUT%/seen" }, ...whole(cli)], {
      agent: { session: session! },
    });
    const reply = await second.run();
    expect(reply.notes).toBeUndefined();
    const { argv } = JSON.parse(readFileSync(join(second.out, "seen"), "utf8"));
    expect(argv.join(" ")).toContain(cli === "gemini" ? "--resume latest" : SESSION);
  });

  it("one that the CLI does not know begins anew, once, and says so", async () => {
    const upstream = await answering("claude");
    const session = { backend: "claude", provider: "prov", model: null, data: { id: SESSION, files: {} } };
    const plan = [{ err: "No conversation found with session ID" }, { exit: 1 }];
    const at = proxied("claude", upstream, plan, { agent: { session } });
    const reply = await at.run();
    expect(reply.notes).toEqual([expect.objectContaining({ code: "session_not_resumed" })]);
    expect(at.log.filter(({ kind }) => kind === "SESSION_START").map(({ resumed }) => resumed)).toEqual([
      true,
      false,
    ]);
    expect(readFileSync(join(at.stageDir, "stderr.not-resumed.log"), "utf8")).toContain(
      "No conversation found",
    );
  });

  it.each([
    ["its time is over", { request: { timeoutMs: 1500 } }, { timed_out: true }],
    ["it makes no progress", { deps: { limits: { idleMs: 1500 } } }, { error_code: "idle_timeout" }],
  ] as const)("R-AGENT-17: one that hangs is not begun anew: %s", async (_, wanted, evidence) => {
    const upstream = await answering("claude");
    const session = { backend: "claude", provider: "prov", model: null, data: { id: SESSION, files: {} } };
    const at = proxied("claude", upstream, [{ hang: true }], { agent: { session }, ...wanted });
    const reply = await at.run();
    expect(reply.evidence).toMatchObject(evidence);
    expect(reply.notes).toBeUndefined();
    expect(at.log.filter(({ kind }) => kind === "SESSION_START")).toHaveLength(1);
  });

  it("another backend's is not tried", async () => {
    const upstream = await answering("claude");
    const session = { backend: "codex", provider: "prov", model: null, data: { id: SESSION, files: {} } };
    const at = proxied("claude", upstream, whole("claude"), { agent: { session } });
    const reply = await at.run();
    expect(reply.problem).toBeUndefined();
    expect(reply.notes).toEqual([expect.objectContaining({ code: "session_not_resumed" })]);
  });
});
