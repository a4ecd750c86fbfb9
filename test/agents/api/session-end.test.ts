import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { agent, scene } from "../../stages/scene.ts";
import { ends, trial } from "./attempt.ts";
import { pairs } from "./history-world.ts";
import { begin, callText, finish, say } from "./wire/anthropic.ts";
import { status, stream } from "./wire/server.ts";

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

it("AL-9.6: what was said while the last answer came is answered before the session ends", async () => {
  const said: string[][] = [["one thing more"], []];
  const { reply, received } = await trial([{ text: "Done." }, { text: "That too." }], {
    steering: { take: async () => said.shift() ?? [], answered: () => undefined },
  });
  expect([received.length, reply.response]).toEqual([2, "That too."]);
  expect(JSON.stringify(received[1]!.body)).toContain("one thing more");
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
