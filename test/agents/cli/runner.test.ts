import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { CliName } from "../../../engine/agents/cli/adapter.ts";
import { claudeEnd, copilotUsage, FAKES, line, SESSION, type Step } from "./fakes/lines.ts";
import { alive, each, played, token, whole } from "./runner-world.ts";
import { cliScene } from "./scene.ts";

/** Copilot leaves its tokens in a file whose place the driver chose. */
const withUsage = (cli: CliName, steps: readonly Step[]): Step[] =>
  cli === "copilot"
    ? [
        ...steps.slice(0, -1),
        { write: { path: `%COPILOT_HOME%/usage.json`, text: copilotUsage } },
        ...steps.slice(-1),
      ]
    : [...steps];

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

  each(
    "%s: silent after its last line beyond the idle time, within its grace: still a success",
    async (cli) => {
      const { reply } = await played(cli, [...whole(cli), { hang: true }], {
        deps: { limits: { graceMs: 1500, idleMs: 500 } },
      });
      expect(reply.problem).toBeUndefined();
      expect(reply.evidence).toEqual({});
    },
  );

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

  it("claude: an error that only `subtype` tells is one, and a line that says nothing of its end is no success", async () => {
    const none = { is_error: undefined, terminal_reason: undefined };
    const told: [object, string | undefined][] = [
      [{ subtype: "error_max_turns", is_error: false, terminal_reason: undefined }, "turn_limit"],
      [{ subtype: "error_max_budget_usd", is_error: false, terminal_reason: undefined }, "budget_exhausted"],
      [
        { subtype: "error_during_execution", is_error: false, terminal_reason: undefined },
        "provider_contract",
      ],
      [none, "provider_contract"],
      [{ terminal_reason: undefined }, undefined],
    ];
    for (const [changes, code] of told) {
      const { reply } = await played("claude", [claudeEnd(changes)], { attrs: ", max_agent_turns=7" });
      expect([changes, reply.evidence.error_code]).toEqual([changes, code]);
    }
  });

  it("R-AGENT-18: an account of the CLI's own that is used up pauses the run", async () => {
    const used: [CliName, Step][] = [
      [
        "claude",
        claudeEnd({
          is_error: true,
          terminal_reason: "api_error",
          result: "Claude usage limit reached. Your limit will reset at 3pm.",
          api_error_status: 429,
        }),
      ],
      [
        "codex",
        line({ type: "turn.failed", error: { message: "You've hit your usage limit. Upgrade to Pro" } }),
      ],
      [
        "gemini",
        line({
          type: "result",
          status: "error",
          error: { message: "You have exhausted your daily quota on this model." },
        }),
      ],
    ];
    for (const [cli, last] of used) {
      const { reply } = await played(cli, [...FAKES[cli].begin, last, { exit: 1 }]);
      expect([cli, reply.evidence.error_code]).toEqual([cli, "quota"]);
      expect(reply.paused).toEqual({ provider: "prov", until: null });
    }
    const { reply } = await played("codex", [
      line({ type: "turn.failed", error: { message: "exceeds the context window of this model" } }),
    ]);
    expect([reply.evidence.error_code, reply.paused]).toEqual(["context_length", undefined]);
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
