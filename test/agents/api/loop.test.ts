import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { saying } from "../request.ts";
import { ends, kinds, trial } from "./attempt.ts";
import { pairs } from "./history-world.ts";
import { PROTOCOLS } from "./wire/script.ts";

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
    const { events, received } = await trial(
      [{ calls: [["shell", { command: "true" }]] }, { text: "Done." }],
      {
        protocol,
        steering: saying("look at b.txt too"),
      },
    );
    expect(events.find(({ kind }) => kind === "STEERING_INJECTED")).toMatchObject({
      text: "look at b.txt too",
    });
    expect(JSON.stringify(received[1]!.body)).toContain("look at b.txt too");
    expect(JSON.stringify(received[0]!.body)).not.toContain("look at b.txt too");
  });

  it("AL-9.6: nothing is said to who has no turn left; what was answered is told with its turn", async () => {
    const taken: string[] = [];
    const told: number[] = [];
    const words = ["one", "two"];
    const { received, reply } = await trial(
      [{ calls: [["shell", { command: "true" }]] }, { text: "Done." }],
      {
        ...{ protocol, settings: { maxTurns: 2 } },
        steering: {
          async take() {
            const word = words.shift()!;
            taken.push(word);
            return [word];
          },
          answered: (turn) => told.push(turn),
        },
      },
    );
    expect(reply.problem).toBeUndefined();
    expect([taken, words, told]).toEqual([["one"], ["two"], [1, 2]]);
    expect(received).toHaveLength(2);
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
    /\[\.\.\. 7\d{4} characters left out here; the whole output is in [^ ]+\.txt \.\.\.\]/,
  );
});
