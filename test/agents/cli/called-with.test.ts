import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CliName } from "../../../engine/agents/cli/adapter.ts";
import { CLI_NAMES } from "../../../engine/agents/cli/adapters.ts";
import { claudeEnd, SESSION } from "./fakes/lines.ts";
import { each, played, token, whole } from "./runner-world.ts";
import type { CliScene, Wanted } from "./scene.ts";

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
