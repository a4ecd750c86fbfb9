import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ApiProtocol } from "../../../engine/agents/api/provider.ts";
import { agent, scene } from "../../stages/scene.ts";
import { ends, kinds, trial } from "./attempt.ts";
import { begin, callText, finish, say } from "./wire/anthropic.ts";
import { PROTOCOLS } from "./wire/script.ts";
import { type Received, status, stream } from "./wire/server.ts";

// biome-ignore lint/suspicious/noExplicitAny: parts of four protocols' bodies
type Part = any;

/** Calls and results of a request's history, by id; Gemini's by name. */
function pairs(protocol: ApiProtocol, { body }: Received): { calls: string[]; results: string[] } {
  const of = (parts: readonly Part[], pick: (part: Part) => string | undefined): string[] =>
    parts.flatMap((part) => pick(part) ?? []);
  if (protocol === "anthropic_messages") {
    const parts = body.messages.flatMap(({ content }: Part) => content);
    return {
      calls: of(parts, (part) => (part.type === "tool_use" ? part.id : undefined)),
      results: of(parts, (part) => (part.type === "tool_result" ? part.tool_use_id : undefined)),
    };
  }
  if (protocol === "openai_chat_completions") {
    const calls = body.messages.flatMap(({ tool_calls = [] }: Part) => tool_calls);
    return {
      calls: of(calls, ({ id }) => id),
      results: of(body.messages, (message) => message.tool_call_id),
    };
  }
  if (protocol === "openai_responses") {
    return {
      calls: of(body.input, (item) => (item.type === "function_call" ? item.call_id : undefined)),
      results: of(body.input, (item) => (item.type === "function_call_output" ? item.call_id : undefined)),
    };
  }
  const parts = body.contents.flatMap((content: Part) => content.parts);
  return {
    calls: of(parts, (part) => part.functionCall?.name),
    results: of(parts, (part) => part.functionResponse?.name),
  };
}

describe.each(PROTOCOLS)("the loop over %s", (protocol) => {
  it("AL-9.12: creates, reads, runs, and ends when there is nothing more to call", async () => {
    const { reply, events, received, at } = await trial(
      [
        { text: "First the file.", calls: [["write_file", { path: "src/a.txt", content: "one\ntwo\n" }]] },
        {
          calls: [
            ["read_file", { path: "src/a.txt" }],
            ["shell", { command: "wc -l < src/a.txt; echo oops >&2; exit 3" }],
            ["grep", { pattern: "^tw" }],
            ["glob", { pattern: "**/*.txt" }],
          ],
        },
        { text: "All done." },
      ],
      { protocol },
    );
    expect(reply).toMatchObject({ response: "All done.", evidence: {} });
    expect(readFileSync(join(at.worktree, "src/a.txt"), "utf8")).toBe("one\ntwo\n");
    expect(ends(events).map(({ output }) => output)).toEqual([
      "wrote 8 bytes to src/a.txt",
      "1\tone\n2\ttwo",
      "2\noops\n[exit code 3]",
      "src/a.txt:2:two",
      "src/a.txt",
    ]);
    expect(kinds(events)).toMatchObject([
      "SESSION_START",
      "USER_INPUT",
      "ASSISTANT",
      "TOOL_CALL_START",
      ...kinds(events).slice(4),
    ]);
    expect(kinds(events).at(-1)).toBe("SESSION_END");
    expect(received).toHaveLength(3);
    expect(reply.usage).toHaveLength(3);
    const { calls, results } = pairs(protocol, received[2]!);
    expect(calls).toHaveLength(5);
    expect(results).toEqual(calls);
  });

  it("R-AGENT-3: every call gets exactly one result, malformed, unknown and failing ones too", async () => {
    const malformed = protocol === "google_generate_content" ? { paht: "x" } : '{"path": "x", "con';
    const { received, events } = await trial(
      [
        {
          calls: [
            ["write_file", malformed],
            ["spawn_agent", { task: "all of it" }],
            ["read_file", { path: "nowhere" }],
            ["shell", { command: "echo yes" }],
          ],
        },
        { text: "Done." },
      ],
      { protocol },
    );
    const { calls, results } = pairs(protocol, received[1]!);
    expect(calls).toHaveLength(4);
    expect(results).toEqual(calls);
    expect(ends(events).map(({ output }) => String(output).split(/[:;]/)[0])).toEqual([
      protocol === "google_generate_content"
        ? "invalid arguments of write_file"
        : "invalid tool arguments JSON",
      "there is no tool spawn_agent",
      "nowhere is not there",
      "yes\n[exit code 0]",
    ]);
  });

  it("AL-9.1.5: the turn limit ends it with its work kept and every call answered", async () => {
    const { reply, events, at, received } = await trial(
      (nth) => ({ calls: [["write_file", { path: `${nth}.txt`, content: "x" }]] }),
      { protocol, settings: { maxTurns: 2 } },
    );
    expect(reply).toMatchObject({
      evidence: { error_code: "turn_limit" },
      problem: "turn limit reached (max_turns=2)",
    });
    expect(received).toHaveLength(2);
    expect(reply.usage).toHaveLength(2);
    expect(existsSync(join(at.worktree, "1.txt"))).toBe(true);
    expect(kinds(events).slice(-3)).toEqual(["TURN_LIMIT", "ERROR", "SESSION_END"]);
  });

  it("AL-9.6: what a person says reaches the model after the running round", async () => {
    let said = ["look at b.txt too"];
    const { events, received } = await trial(
      [{ calls: [["shell", { command: "true" }]] }, { text: "Done." }],
      {
        protocol,
        steering: {
          take() {
            const now = said;
            said = [];
            return now;
          },
        },
      },
    );
    expect(events.find(({ kind }) => kind === "STEERING_INJECTED")).toMatchObject({
      text: "look at b.txt too",
    });
    expect(JSON.stringify(received[1]!.body)).toContain("look at b.txt too");
    expect(JSON.stringify(received[0]!.body)).not.toContain("look at b.txt too");
  });

  it("AL-9.1.8: a later stage goes on with the conversation as it was", async () => {
    const first = await trial(
      [{ calls: [["shell", { command: "echo remembered-output" }]] }, { text: "First done." }],
      { protocol },
    );
    const second = await trial([{ text: "Second done." }], {
      protocol,
      session: structuredClone(first.reply.session!),
      prompt: "Now the second part",
    });
    const before = first.received[1]!.body;
    const after = second.received[0]!.body;
    const key =
      protocol === "google_generate_content"
        ? "contents"
        : protocol === "openai_responses"
          ? "input"
          : "messages";
    const plain = (messages: unknown[]) =>
      JSON.parse(JSON.stringify(messages).replaceAll(',"cache_control":{"type":"ephemeral"}', ""));
    expect(plain(after[key]).slice(0, before[key].length)).toEqual(plain(before[key]));
    expect(JSON.stringify(after)).toContain("First done.");
    expect(JSON.stringify(after)).toContain("Now the second part");
    expect(after.system).toEqual(before.system);
  });
});

it("R-AGENT-3: one id for two calls, in one answer and in the next, still leaves each its own result", async () => {
  const two = stream(
    begin +
      callText(0, "same", "shell", '{"command":"echo a"}') +
      callText(1, "same", "shell", '{"command":"echo b"}') +
      finish("tool_use"),
  );
  const { received } = await trial([two, two, { text: "Done." }]);
  const { calls, results } = pairs("anthropic_messages", received[2]!);
  expect(new Set(calls).size).toBe(4);
  expect(results).toEqual(calls);
});

describe("R-AGENT-4: a session that only fails ends early", () => {
  it("at the third identical call that cannot be read", async () => {
    const { reply, received } = await trial(() => ({ calls: [["write_file", '{"path": "x", "con']] }));
    expect(reply.evidence).toEqual({ error_code: "repeated_malformed_tool_loop" });
    expect(reply.problem).toContain("repeated malformed tool calls detected: write_file came 3 times");
    expect(received).toHaveLength(3);
  });

  it("at the third identical failure, though other calls come between", async () => {
    const { reply, received } = await trial((nth) => ({
      calls: [
        ["edit_file", { path: "a", old_string: "no", new_string: "yes" }],
        ["shell", { command: `echo ${nth}` }],
      ],
    }));
    expect(reply.evidence).toEqual({ error_code: "repeated_tool_failure_loop" });
    expect(received).toHaveLength(3);
  });

  it("not when a change lies between: what failed may go well now", async () => {
    const { reply } = await trial((nth) =>
      nth < 8
        ? {
            calls:
              nth % 2 === 0
                ? [["shell", { command: "exit 1" }]]
                : [["write_file", { path: "a", content: `${nth}` }]],
          }
        : { text: "Done." },
    );
    expect(reply.evidence).toEqual({});
  });
});

it("AL-9.1.7: a short pattern of calls that goes well brings one warning", async () => {
  const { events, received, reply } = await trial((nth) =>
    nth < 14 ? { calls: [["shell", { command: nth % 2 === 0 ? "echo a" : "echo b" }]] } : { text: "Done." },
  );
  expect(events.filter(({ kind }) => kind === "LOOP_DETECTION")).toHaveLength(1);
  expect(JSON.stringify(received[9]!.body)).not.toContain("repeat one short pattern");
  expect(JSON.stringify(received[10]!.body)).toContain("repeat one short pattern");
  expect(reply.response).toBe("Done.");
});

describe("R-AGENT-8: command times", () => {
  it("a command is stopped at its time, and what it said so far comes back", async () => {
    const { events } = await trial(
      [{ calls: [["shell", { command: "echo begun; sleep 60" }]] }, { text: "Done." }],
      {
        settings: { commandTimeoutMs: 300 },
      },
    );
    expect(ends(events)[0]!.output).toMatch(/^begun\n\[stopped after 300 ms, its time limit/);
  });

  it("the model may ask for another time, never for more than the cap", async () => {
    const { events, received } = await trial(
      [{ calls: [["shell", { command: "sleep 60", timeout_ms: 50_000 }]] }, { text: "Done." }],
      { settings: { commandTimeoutMs: 100, maxCommandTimeoutMs: 400 } },
    );
    expect(ends(events)[0]!.output).toContain("[stopped after 400 ms");
    expect(JSON.stringify(received[1]!.body)).toContain(
      "[timeout_ms 50000 is more than is allowed here: it was given 400]",
    );
  });

  it("one that ignores the asking is killed two seconds later", async () => {
    const { events } = await trial(
      [{ calls: [["shell", { command: "trap '' TERM; sleep 61 & wait; sleep 61" }]] }, { text: "Done." }],
      {
        settings: { commandTimeoutMs: 200 },
      },
    );
    expect(ends(events)[0]!.ms).toBeGreaterThan(2000);
    expect(ends(events)[0]!.ms).toBeLessThan(8000);
  });
});

describe("R-AGENT-14: tool hooks", () => {
  const hooks = (pre: string | null, post: string | null = null) => ({ settings: { hooks: { pre, post } } });
  const write = { calls: [["write_file", { path: "a.txt", content: "x" }]] } as const;

  it("a call whose hook says no is skipped, and the log says so", async () => {
    const { at, events, received } = await trial(
      [write, { text: "Done." }],
      hooks("cat > hook.json; echo not today; exit 7"),
    );
    expect(existsSync(join(at.worktree, "a.txt"))).toBe(false);
    expect(JSON.parse(readFileSync(join(at.worktree, "hook.json"), "utf8"))).toMatchObject({
      tool: "write_file",
      input: { path: "a.txt" },
    });
    expect(events).toContainEqual(
      expect.objectContaining({ kind: "WARNING", code: "tool_hook_refused", tool: "write_file" }),
    );
    expect(JSON.stringify(received[1]!.body)).toContain("not today");
  });

  it("a hook that cannot be run says no too", async () => {
    const { at } = await trial([write, { text: "Done." }], hooks("no-such-program-at-all"));
    expect(existsSync(join(at.worktree, "a.txt"))).toBe(false);
  });

  it("the hook afterwards sees the result; its failure is recorded and changes nothing", async () => {
    const { at, events, reply } = await trial(
      [write, { text: "Done." }],
      hooks("true", 'cat > "$ATTRACTOR_TOOL_NAME.json"; exit 1'),
    );
    expect(JSON.parse(readFileSync(join(at.worktree, "write_file.json"), "utf8"))).toMatchObject({
      output: "wrote 1 bytes to a.txt",
    });
    expect(events).toContainEqual(expect.objectContaining({ kind: "WARNING", code: "tool_hook_failed" }));
    expect(reply.response).toBe("Done.");
  });
});

describe("AL-9.1.6: the end from outside", () => {
  it("an abort in mid-command ends the command, answers the call and keeps the usage", async () => {
    const at = scene(agent());
    const { reply } = await trial([{ calls: [["shell", { command: "echo $$ > pid; sleep 300" }]] }], {
      at,
      onEvent: ({ kind }) => {
        if (kind === "TOOL_CALL_START") setTimeout(() => at.abort("cancel"), 700);
      },
    });
    expect(reply.evidence).toEqual({ canceled: true });
    expect(reply.usage).toMatchObject([{ cost_usd: 0.25 }]);
    const pid = readFileSync(join(at.worktree, "pid"), "utf8").trim();
    expect(isAlive(pid)).toBe(false);
    const { messages } = reply.session!.data as { messages: { role: string }[] };
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "tool"]);
  });

  it("the stage's time is up in mid-stream", async () => {
    const { reply } = await trial([stream(begin + say(0, "Hi"), "hang")], { request: { timeoutMs: 3000 } });
    expect(reply.evidence).toEqual({ timed_out: true });
    expect(reply.usage).toMatchObject([{ input_tokens: 11, output_tokens: 2 }]);
  });
});

it("AL-9.4: the status file is the one thing outside the worktree that a file tool writes", async () => {
  const { at, events } = await trial((nth) =>
    nth === 0
      ? {
          calls: [
            [
              "write_file",
              { path: join("..", "run", "it", "v1-a1", "status.json"), content: '{"status":"success"}' },
            ],
            ["write_file", { path: join("..", "run", "it", "v1-a1", "other.json"), content: "x" }],
            ["write_file", { path: "/etc/attractor-test", content: "x" }],
          ],
        }
      : { text: "Done." },
  );
  expect(readFileSync(join(at.stageDir, "status.json"), "utf8")).toBe('{"status":"success"}');
  expect(existsSync(join(at.stageDir, "other.json"))).toBe(false);
  expect(ends(events).map(({ error }) => error !== undefined)).toEqual([false, true, true]);
});

it("AL-9.13: 100,000 characters are whole in the event and cut on the wire, with the place of the whole", async () => {
  const { events, received } = await trial([
    { calls: [["shell", { command: "head -c 100000 /dev/zero | tr '\\0' x" }]] },
    { text: "Done." },
  ]);
  expect(String(ends(events)[0]!.output).length).toBeGreaterThan(100_000);
  const wire = JSON.stringify(received[1]!.body);
  expect(wire.length).toBeLessThan(60_000);
  expect(wire).toMatch(
    /\[\.\.\. 70\d\d\d characters left out here; the whole output is in [^ ]+\.txt \.\.\.\]/,
  );
});

it("a provider whose account is empty pauses the run", async () => {
  const { reply } = await trial(
    [status(429, { error: { code: "insufficient_quota", message: "no credit" } }, { "retry-after": "3600" })],
    {
      provider: { maxRetries: 6 },
    },
  );
  expect(reply.paused).toEqual({ provider: "test", until: "2026-11-30T13:00:00.000Z" });
  expect(reply.evidence).toEqual({ error_code: "quota", http_status: 429 });
});

it("nothing of the session is left: no process, no file of whole outputs", async () => {
  const { events, at } = await trial([
    {
      calls: [
        ["shell", { command: "sleep 333 & echo $! > bg; setsid sleep 334 & echo $! >> bg; seq 1 2000" }],
      ],
    },
    { text: "Done." },
  ]);
  const pids = readFileSync(join(at.worktree, "bg"), "utf8").trim().split("\n");
  expect(pids.map(isAlive)).toEqual([false, false]);
  const whole = /whole output is in ([^ ]+\.txt)/.exec(JSON.stringify(events))?.[1] ?? "/nowhere";
  expect(() => statSync(whole)).toThrow();
});

it("R-AGENT-3: arguments nested too deep to be walked are refused, and the session goes on and is kept", async () => {
  const input = `{"path": ${"[".repeat(20_000)}${"]".repeat(20_000)}}`;
  const { reply, events, received } = await trial([{ calls: [["read_file", input]] }, { text: "Done." }], {
    protocol: "openai_chat_completions",
  });
  expect(reply).toMatchObject({ response: "Done.", evidence: {} });
  expect(ends(events)[0]!.output).toContain("nested too deep");
  expect(received).toHaveLength(2);
  expect(reply.usage).toHaveLength(2);
  expect(JSON.stringify(reply.session).length).toBeGreaterThan(40_000);
});

it("R-SEC-4: what a tool said is masked before it is cut into the reason of a loop", async () => {
  const secret = "hunter2hunter22-hunter2hunter22-hunter2hunter22";
  const command = `printf 'x%.0s' $(seq 490); echo ${secret.slice(0, 8)}""${secret.slice(8)}; exit 1`;
  const mask = (text: string) => text.replaceAll(secret, "***");
  const { reply } = await trial([{ calls: [["shell", { command }]] }], { request: { mask } });
  expect(reply.problem).toContain("repeated failing tool calls detected");
  expect(reply.problem).toContain("xxx");
  expect(reply.problem).not.toContain("hunter");
});

/** One that ended and that nobody has waited for yet is over too. */
function isAlive(pid: string): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
