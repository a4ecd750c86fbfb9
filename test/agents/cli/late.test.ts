import { describe, expect, it } from "vitest";
import type { CliTask } from "../../../engine/agents/cli/adapter.ts";
import { adapterOf } from "../../../engine/agents/cli/adapters.ts";
import { readJsonLines } from "../../../engine/agents/cli/jsonl.ts";
import { sessionFiles } from "../../../engine/agents/cli/session.ts";
import { claudeEnd, FAKES } from "./fakes/lines.ts";
import { played } from "./runner-world.ts";

const late = [...FAKES.claude.begin, { last: claudeEnd({}).say }, { hang: true }];

describe("R-AGENT-17: what a CLI says when it was asked to end", () => {
  it("is no result: its time was over", async () => {
    const { reply } = await played("claude", late, { request: { timeoutMs: 2500 } });
    expect(reply.evidence.timed_out).toBe(true);
    expect(reply.problem).toBeDefined();
  });

  it("is no result: it made no progress", async () => {
    const { reply } = await played("claude", late, { deps: { limits: { idleMs: 1500 } } });
    expect(reply.evidence).toEqual({ error_code: "idle_timeout" });
  });

  it("a crash after the result is a failure", async () => {
    const { reply } = await played("claude", [...FAKES.claude.begin, claudeEnd({}), { crash: "SIGKILL" }], {
      deps: { limits: { graceMs: 10_000 } },
    });
    expect(reply.evidence).toEqual({ signal: "SIGKILL" });
    expect(reply.problem).toBeDefined();
  });
});

it("R-CTX-2: files of a stored session are put below the state root only", () => {
  const files = { "a/b.jsonl": "1", "../up": "2", "a/../../up": "3", "/etc/x": "4" };
  const task = { worktree: "/tree" } as CliTask;
  for (const cli of ["codex", "gemini", "copilot"] as const)
    expect(sessionFiles({ id: "s", files }, adapterOf(cli), task)).toEqual({ "a/b.jsonl": "1" });
});

describe("R-AGENT-17: lines of a CLI", () => {
  it("one of many megabytes is told by its beginning, and the next is read; letters are whole however they are cut", () => {
    const events: unknown[] = [];
    const texts: [number, number][] = [];
    const lines = readJsonLines({
      onEvent: (event) => events.push(event),
      onText: (line, bytes) => texts.push([line.length, bytes]),
    });
    const piece = Buffer.alloc(1024 * 1024, "x");
    lines.take(Buffer.from('{"text":"'));
    for (let nth = 0; nth < 64; nth++) lines.take(piece);
    lines.take(Buffer.from('"}\n'));
    for (const byte of Buffer.from('{"said":"é🙂"}\nno json\n[1]\n{"open":')) lines.take(Buffer.from([byte]));
    lines.take(Buffer.from([0xf0, 0x9f]));
    lines.close();
    expect(events).toEqual([{ said: "é🙂" }]);
    expect(texts[0]).toEqual([64 * 1024, 64 * 1024 * 1024 + 11]);
    expect(texts.slice(1).map(([, bytes]) => bytes)).toEqual([7, 3, 10]);
  });

  it("a line that is a whole object and too long is no event", () => {
    const events: unknown[] = [];
    const lines = readJsonLines({ onEvent: (event) => events.push(event), onText: () => undefined });
    lines.take(Buffer.from(`{"type":"result","is_error":false}${" ".repeat(9 * 1024 * 1024)}\n`));
    expect(events).toEqual([]);
  });
});
