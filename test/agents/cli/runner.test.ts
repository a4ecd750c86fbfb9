import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CliName } from "../../../engine/agents/cli/adapter.ts";
import { CLI_NAMES } from "../../../engine/agents/cli/adapters.ts";
import { findMarked } from "../../../engine/stages/strays.ts";
import { claudeEnd, copilotUsage, FAKES, line, SESSION, type Step } from "./fakes/lines.ts";
import { type CliScene, cliScene, type Wanted } from "./scene.ts";

const each = it.each(CLI_NAMES as CliName[]);
const whole = (cli: CliName): Step[] => [...FAKES[cli].begin, FAKES[cli].result];
const alive = (at: CliScene) => findMarked([`ATTRACTOR_STAGE_DIR=${at.stageDir}`], null);

/** Copilot leaves its tokens in a file whose place the driver chose. */
const withUsage = (cli: CliName, steps: readonly Step[]): Step[] =>
  cli === "copilot"
    ? [
        ...steps.slice(0, -1),
        { write: { path: `%COPILOT_HOME%/usage.json`, text: copilotUsage } },
        ...steps.slice(-1),
      ]
    : [...steps];

async function played(cli: CliName, plan: readonly Step[], wanted: Wanted = {}) {
  const at = cliScene(cli, { plan, ...wanted });
  const reply = await at.run();
  expect(alive(at)).toEqual([]);
  return { at, reply };
}

const token = { provider: { auth: "github_token" as const }, deps: { githubToken: "ghs_test" } };

describe("R-AGENT-1 R-AGENT-17: a CLI's call", () => {
  each("%s: its answer, its tools, its session and its tokens are read from its own lines", async (cli) => {
    const { at, reply } = await played(cli, withUsage(cli, whole(cli)), token);
    expect(reply.problem).toBeUndefined();
    expect(reply.evidence).toEqual({});
    expect(reply.response).toBe("it is done");
    expect(reply.session).toMatchObject({ backend: cli, provider: "prov", data: { id: SESSION } });
    expect(reply.usage).toHaveLength(1);
    expect(reply.usage![0]).toMatchObject({ provider: "prov", input_tokens: 300, output_tokens: 40 });
    const kinds = at.log.map(({ kind }) => kind);
    expect(kinds.slice(0, 2)).toEqual(["SESSION_START", "USER_INPUT"]);
    const call = at.log.find(({ kind }) => kind === "TOOL_CALL_START");
    expect(call?.input).toContain("true");
    expect(at.log.filter((event) => "arguments" in event)).toEqual([]);
    expect(at.log).toContainEqual(expect.objectContaining({ kind: "TOOL_CALL_END", output: "fine" }));
    expect(at.log.at(-1)).toEqual({ kind: "SESSION_END", finish_reason: "stop" });
  });

  each("%s: hangs after its last line: it is ended after its grace, and that is success", async (cli) => {
    const { reply } = await played(cli, [...whole(cli), { hang: true }]);
    expect(reply.problem).toBeUndefined();
    expect(reply.evidence).toEqual({});
  });

  it("one that does not heed being asked to end is made to", async () => {
    const { reply } = await played("codex", [{ stubborn: true }, ...whole("codex"), { hang: true }]);
    expect(reply.problem).toBeUndefined();
  });

  each("%s: ends cleanly without its result line: a broken contract, never success", async (cli) => {
    const { reply } = await played(cli, [...FAKES[cli].begin, { exit: 0 }]);
    expect(reply.evidence).toEqual({ exit_code: 0, error_code: "provider_contract" });
    expect(reply.problem).toContain(`${cli} ended without its result line`);
  });

  each("%s: says itself that it failed, whatever its exit status", async (cli) => {
    const { reply } = await played(cli, [...FAKES[cli].begin, FAKES[cli].failed, { exit: 0 }]);
    expect(reply.evidence.error_code).toBe("api");
  });

  each("%s: a line that only says it is still there does not keep it alive", async (cli) => {
    const noise = { forever: { line: FAKES[cli].noise, everyMs: 50 } };
    const { reply, at } = await played(cli, [...FAKES[cli].begin, noise], {
      deps: { limits: { idleMs: 1500 } },
    });
    expect(reply.evidence.error_code).toBe("idle_timeout");
    expect(reply.problem).toContain(`${cli} made no progress for 1500 ms`);
    expect(at.log.at(-1)).toEqual({ kind: "SESSION_END", finish_reason: "error" });
  });

  it("progress keeps it alive beyond the idle time", async () => {
    const { begin, result } = FAKES.codex;
    const slow = begin.flatMap((step): Step[] => [step, { wait: 400 }]);
    const { reply } = await played("codex", [...slow, result], { deps: { limits: { idleMs: 1500 } } });
    expect(reply.problem).toBeUndefined();
  });

  each("%s: what it spent is kept though it is killed in the middle", async (cli) => {
    const plan = [...withUsage(cli, [...FAKES[cli].begin, line({ type: "odd" })]), { hang: true }];
    const { reply } = await played(cli, plan, { ...token, request: { timeoutMs: 1500 } });
    expect(reply.evidence.timed_out).toBe(true);
    // Two of them tell their tokens only at the end: spent, and nobody knows how much.
    const unknown = cli === "codex" || cli === "gemini";
    const told = cli === "claude" ? { input_tokens: 100, output_tokens: 20 } : { input_tokens: 300 };
    expect(reply.usage![0]).toMatchObject(unknown ? { provider: "prov", cost_usd: null } : told);
  });

  it("has a total time of its own where the stage has none", async () => {
    const plan = [...FAKES.gemini.begin, { hang: true }];
    const { reply } = await played("gemini", plan, { deps: { limits: { totalMs: 1000 } } });
    expect(reply.evidence.timed_out).toBe(true);
    expect(reply.problem).toContain("timed out after 1000 ms");
  });

  each("%s: takes lines that nobody knows, broken ones and a huge one, and goes on", async (cli) => {
    const odd = [
      line({ type: "of.the.future", data: [1] }),
      line("{broken"),
      line("[1]"),
      line("plain"),
      { big: 10_000_000 },
    ];
    const { reply, at } = await played(cli, [...odd, ...whole(cli)]);
    expect(reply.problem).toBeUndefined();
    const said = at.log.flatMap(({ error }) => (error?.startsWith("no JSON line") ? [error] : []));
    expect(said).toHaveLength(4);
    expect(said[3]).toMatch(/^no JSON line \(10000\d+ bytes\): \{"type":"huge","text":"xxx/);
    expect(readFileSync(join(at.stageDir, "stdout.log"), "utf8")).toContain("of.the.future");
  });

  each("%s: a child that it leaves behind is ended and told of", async (cli) => {
    const { at } = await played(cli, [{ child: `%OUT%/pid` }, ...whole(cli)]);
    const pid = Number(readFileSync(join(at.out, "pid"), "utf8"));
    // Dead, though perhaps nobody has collected it yet.
    const stat = `/proc/${pid}/stat`;
    expect(existsSync(stat) && !/\) [ZX] /.test(readFileSync(stat, "utf8"))).toBe(false);
    expect(at.notes).toContainEqual(expect.objectContaining({ code: "processes_left" }));
  });

  each("%s: a cancel ends it, and wins over a result that comes too late", async (cli) => {
    const at = cliScene(cli, {
      plan: [...whole(cli), { hang: true }],
      deps: { limits: { graceMs: 30_000 } },
    });
    const done = at.run();
    await expect.poll(() => at.log.length, { timeout: 20_000 }).toBeGreaterThan(3);
    at.abort("stop it");
    const reply = await done;
    expect(reply.evidence.canceled).toBe(true);
    expect(alive(at)).toEqual([]);
  });

  it("a binary that is not there fails with the key that would name it", async () => {
    const { reply } = await played("claude", [], { provider: { executable: "/nowhere/claude" } });
    expect(reply.evidence.error_code).toBe("provider_executable_missing");
    expect(reply.problem).toContain("executable in the provider's configuration");
    expect(reply.usage).toEqual([]);
  });

  it("a failure after the result, by its own exit status, is one", async () => {
    const { reply } = await played("claude", [...whole("claude"), { err: "disk full" }, { exit: 3 }]);
    expect(reply.evidence).toEqual({ exit_code: 3 });
    expect(reply.problem).toContain("disk full");
  });

  it("claude: `subtype` says success of what failed; only is_error and terminal_reason count", async () => {
    const login = claudeEnd({
      is_error: true,
      terminal_reason: "api_error",
      result: "Not logged in",
      api_error_status: 401,
    });
    const { reply } = await played("claude", [login, { exit: 1 }]);
    expect(reply.evidence).toEqual({ exit_code: 1, error_code: "api", http_status: 401 });
    expect(reply.problem).toContain("Not logged in");
    const turns = claudeEnd({ subtype: "error_max_turns", is_error: true, terminal_reason: "max_turns" });
    const limited = await played("claude", [turns, { exit: 1 }], { attrs: ", max_agent_turns=7" });
    expect(limited.reply.problem).toBe("turn limit reached (max_turns=7)");
    expect(limited.reply.evidence.error_code).toBe("turn_limit");
    expect(limited.at.log).toContainEqual(expect.objectContaining({ kind: "TURN_LIMIT" }));
  });

  it("gemini: its exit codes are typed failures", async () => {
    const codes: Record<number, string> = {
      41: "authentication",
      42: "invalid_request",
      52: "configuration",
      53: "turn_limit",
      130: "canceled",
    };
    for (const [exit, code] of Object.entries(codes)) {
      const { reply } = await played("gemini", [{ err: "why" }, { exit: Number(exit) }]);
      expect(reply.evidence).toEqual({ exit_code: Number(exit), error_code: code });
    }
  });

  it("codex: a sandbox that cannot start fails the stage though the turn completes", async () => {
    const refused = line({
      type: "item.completed",
      item: {
        id: "c",
        type: "command_execution",
        aggregated_output: "bwrap: setting up uid map: Permission denied\n",
        exit_code: 1,
      },
    });
    const { reply } = await played("codex", [...FAKES.codex.begin, refused, FAKES.codex.result]);
    expect(reply.evidence.error_code).toBe("configuration");
    expect(reply.problem).toContain("bwrap: setting up uid map: Permission denied");
  });
});

describe("R-AGENT-7: what a CLI is called with", () => {
  const dumped = async (cli: CliName, wanted: Wanted = {}) => {
    const plan = [{ dump: `%OUT%/seen` }, ...whole(cli)];
    const { at, reply } = await played(cli, plan, wanted);
    const seen = JSON.parse(readFileSync(join(at.out, "seen"), "utf8"));
    return { at, reply, ...seen } as {
      at: CliScene;
      argv: string[];
      env: Record<string, string>;
      stdin: string;
      cwd: string;
    };
  };

  each("%s: the prompt on standard input, its tree, and an environment that was allowed", async (cli) => {
    const env = { MY_SECRET_TOKEN: "s3cret-value", CLAUDECODE: "1", OTHER_API_KEY: "k-1234567890" };
    const { stdin, cwd, env: seen, at } = await dumped(cli, { env });
    expect(stdin).toBe("the prompt");
    expect(cwd).toBe(at.worktree);
    for (const name of Object.keys(env)) expect(seen[name]).toBeUndefined();
    expect(seen.PATH).toBeDefined();
    expect(seen.ATTRACTOR_STATUS_PATH).toBe(`${at.stageDir}/status.json`);
    expect(seen.NO_PROXY).toContain("127.0.0.1");
  });

  each("%s: cli_invocation.json and provider_used.json tell what was called", async (cli) => {
    const { at, argv } = await dumped(cli, { ...token, attrs: ', llm_model="some-model"' });
    const told = at.json("cli_invocation.json");
    expect(told.argv).toEqual([told.executable, ...argv]);
    expect(told).toMatchObject({ exit_code: 0, proxied: false });
    expect(told.version).toMatch(/^(?:fake 1\.2\.3|2\.1\.0)$/);
    expect(isAbsolute(told.state_root as string)).toBe(true);
    // The run folder of this test lies below the temp folder, which codex refuses.
    expect(told.state_root).toContain(join(at.out, ".local/state/attractor/cli/"));
    expect(existsSync(told.state_root as string)).toBe(false);
    expect(at.json("provider_used.json")).toEqual({
      backend: "cli",
      mode: cli,
      provider: "prov",
      model: "some-model",
    });
  });

  each("%s: the state root is in the run folder where that is not below the temp folder", async (cli) => {
    const { at, env } = await dumped(cli, { ...token, env: { TMPDIR: "/var/tmp/elsewhere" } });
    const told = at.json("cli_invocation.json");
    expect(told.state_root).toBe(join(at.stageDir, "cli-state", cli));
    if (cli !== "claude") expect(Object.values(env)).toContain(told.state_root);
  });

  it("R-AGENT-21: parameters arrive where each CLI takes them", async () => {
    const attrs =
      ', llm_model="m-1", reasoning_effort="high", max_agent_turns=9, max_tokens=1234, default_command_timeout_ms=5000, max_command_timeout_ms=9000';
    const claude = await dumped("claude", { ...token, attrs });
    const pair = (argv: string[], flag: string) => argv[argv.indexOf(flag) + 1];
    expect(pair(claude.argv, "--model")).toBe("m-1");
    expect(pair(claude.argv, "--effort")).toBe("high");
    expect(pair(claude.argv, "--max-turns")).toBe("9");
    expect(claude.argv).toContain("--verbose");
    expect(claude.env).toMatchObject({
      CLAUDE_CODE_MAX_OUTPUT_TOKENS: "1234",
      BASH_DEFAULT_TIMEOUT_MS: "5000",
      BASH_MAX_TIMEOUT_MS: "9000",
    });
    const codex = await dumped("codex", { ...token, attrs });
    expect(pair(codex.argv, "-m")).toBe("m-1");
    expect(codex.argv).toContain('model_reasoning_effort="high"');
    const gemini = await dumped("gemini", { ...token, attrs });
    expect(pair(gemini.argv, "-m")).toBe("m-1");
    const copilot = await dumped("copilot", { ...token, attrs });
    expect(pair(copilot.argv, "--model")).toBe("m-1");
    expect(pair(copilot.argv, "--reasoning-effort")).toBe("high");
  });

  it("what the author did not write is not sent", async () => {
    for (const cli of CLI_NAMES) {
      const { argv } = await dumped(cli);
      expect(argv.join(" ")).not.toMatch(/--model|-m |effort|--max-turns/);
    }
  });

  it("R-AGENT-15: copilot pays with the job's token, and strips it from its tools", async () => {
    const { env, argv } = await dumped("copilot", token);
    expect(env.COPILOT_GITHUB_TOKEN).toBe("ghs_test");
    expect(argv.join(" ")).toMatch(/--secret-env-vars=COPILOT_GITHUB_TOKEN,/);
    const none = await played("copilot", [], { provider: { auth: "github_token" } });
    expect(none.reply.evidence.error_code).toBe("configuration");
    expect(none.reply.problem).toContain("copilot-requests: write");
  });
});

describe("what a CLI says is a stranger's word", () => {
  it("a session that would be an option of the next call is neither kept nor gone on with", async () => {
    const id = "--dangerously-skip-permissions";
    const init = { type: "system", subtype: "init", session_id: id };
    const { reply } = await played("claude", [{ say: init }, claudeEnd({ session_id: id })]);
    expect(reply.problem).toBeUndefined();
    expect(reply.session).toBeUndefined();
    const session = { backend: "claude", provider: "prov", model: null, data: { id, files: {} } };
    const { at, reply: next } = await played("claude", [{ dump: "%OUT%/seen" }, ...whole("claude")], {
      agent: { session },
    });
    expect(next.notes).toEqual([expect.objectContaining({ code: "session_not_resumed" })]);
    expect(readFileSync(join(at.out, "seen"), "utf8")).not.toContain(id);
  });

  it("R-SEC-4: text that is no line, and a sandbox's last words, are not cut before they are masked", async () => {
    const secret = "hunter2hunter22-hunter2hunter22-hunter2hunter22";
    const { at } = await played("codex", [{ say: `${"x".repeat(490)}${secret}` }, ...whole("codex")]);
    expect(at.log).toContainEqual(
      expect.objectContaining({ kind: "ERROR", error: expect.stringContaining(secret) }),
    );
    const item = {
      type: "command_execution",
      exit_code: 1,
      aggregated_output: `bwrap: ${"x".repeat(285)}${secret}`,
    };
    const { reply } = await played("codex", [
      { say: { type: "item.completed", item } },
      ...whole("codex").slice(-1),
    ]);
    expect(reply.problem).toContain(secret);
  });

  it("Copilot's own account that is empty pauses the run", async () => {
    const failed = { type: "session.error", data: { errorType: "quota", message: "no requests left" } };
    const plan = [{ say: failed }, { say: { type: "result", sessionId: SESSION, exitCode: 1 } }];
    const { reply } = await played("copilot", plan, token);
    expect(reply.paused).toEqual({ provider: "prov", until: null });
  });

  it("a sum of money that cannot be is not known", async () => {
    const text = JSON.stringify({
      modelMetrics: { "m-1": { usage: { inputTokens: 3 }, totalNanoAiu: -1e12 } },
    });
    const plan = [{ write: { path: "%COPILOT_HOME%/usage.json", text } }, ...whole("copilot")];
    const { reply } = await played("copilot", plan, token);
    expect(reply.usage).toEqual([expect.objectContaining({ model: "m-1" })]);
    expect(reply.usage![0]!.cost_usd).not.toBeLessThan(0);
  });
});
