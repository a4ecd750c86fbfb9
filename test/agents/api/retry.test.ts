import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { oneCall } from "./asked.ts";
import { tried } from "./retry-world.ts";
import { begin, event, finish, say } from "./wire/anthropic.ts";
import { byteServer, type Reply, status, stream } from "./wire/server.ts";

const GOOD = stream(begin + say(0, "Done.") + finish("end_turn"));

const busy = (headers: Record<string, string> = {}): Reply =>
  status(429, { type: "error", error: { type: "rate_limit_error", message: "slow down" } }, headers);

describe("UL-8.8.9: a call is asked again before the first byte only", () => {
  it("waits longer each time, and ends with the answer", async () => {
    const { asked, slept, requests } = await tried([busy(), status(503, "down"), { kind: "reset" }, GOOD]);
    expect(asked.ok).toBe(true);
    expect([requests, slept]).toEqual([4, [2000, 4000, 8000]]);
    // The connection that was reset may have been worked on; what was refused costs nothing.
    expect(asked.usage.map(({ cost_usd }) => cost_usd)).toEqual([null, 0.5]);
  });

  it.each([
    ["seconds", { "retry-after": "7" }, 7000],
    ["a date", { "retry-after": "Mon, 30 Nov 2026 12:00:30 GMT" }, 30_000],
    ["milliseconds", { "retry-after-ms": "1500", "retry-after": "9" }, 1500],
  ])("Retry-After in %s", async (_, headers, waited) => {
    const { asked, slept } = await tried([busy(headers), GOOD]);
    expect(asked.ok).toBe(true);
    expect(slept).toEqual([waited]);
  });

  it("does not wait longer than two minutes: the call has failed", async () => {
    const { asked, slept, requests } = await tried([busy({ "retry-after": "3600" }), GOOD]);
    expect([asked.ok, requests, slept]).toEqual([false, 1, []]);
    expect(asked.ok ? null : asked.failure.code).toBe("rate_limit");
  });

  it("max_llm_retries is the number of further tries; 0 is none", async () => {
    expect((await tried([busy()], 2)).requests).toBe(3);
    expect((await tried([busy()], 0)).requests).toBe(1);
  });

  it("an error in place of the answer's first event is refused, not begun", async () => {
    const overloaded = event({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } });
    const { asked, requests } = await tried([stream(overloaded), GOOD]);
    expect([asked.ok, requests]).toEqual([true, 2]);
  });

  it("never once something of the answer came", async () => {
    const { asked, requests, slept } = await tried([stream(begin + say(0, "Hi"), "cut"), GOOD]);
    expect([asked.ok, requests, slept]).toEqual([false, 1, []]);
  });

  it.each([401, 403, 404, 400, 413, 402])("HTTP %i is final at once", async (code) => {
    const { asked, requests } = await tried([status(code, { error: { message: "no" } }), GOOD]);
    expect([asked.ok, requests]).toEqual([false, 1]);
  });
});

it("a stream that falls silent ends, though pings come", async () => {
  const server = await byteServer([stream(begin + say(0, "Hi") + event({ type: "ping" }), "hang")]);
  onTestFinished(() => server.close());
  const { asked } = await oneCall(server.url, "anthropic_messages", { deps: { idleMs: 200 } });
  expect(asked.ok ? null : asked.failure.code).toBe("idle_timeout");
  expect(asked.usage).toMatchObject([{ input_tokens: 11, cost_usd: 0.5 }]);
});

it.each([
  ["one space less", "event:ping\ndata:{}\n\n"],
  ["without the line of its kind", 'data: {"type": "ping"}\n\n'],
  ["a comment", ": OPENROUTER PROCESSING\n\n"],
])("a ping is no progress: %s", async (_, ping) => {
  const server = await slowly(begin, ping, say(0, "Hi") + finish("end_turn"));
  const { asked } = await oneCall(server.url, "anthropic_messages", { deps: { idleMs: 400 } });
  expect(asked.ok ? null : asked.failure.code).toBe("idle_timeout");
});

it("an event that does not end is not kept for ever", async () => {
  const server = await slowly(begin, `data: ${"x".repeat(4 * 1024 * 1024)}`, "");
  const { asked } = await oneCall(server.url, "anthropic_messages");
  expect(asked.ok ? "" : asked.failure.message).toContain("an event of the stream is longer than");
  expect(asked.ok ? null : asked.failure.retryable).toBe(true);
});

it("what comes together with a ping is progress", async () => {
  const word = event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } });
  const server = await slowly(begin, event({ type: "ping" }) + word, finish("end_turn"));
  const { asked } = await oneCall(server.url, "anthropic_messages", { deps: { idleMs: 400 } });
  expect(asked.ok ? null : asked.failure.message).toBe("the answer is empty");
});

/** `again` ten times, a tenth of a second apart, then the end. */
async function slowly(first: string, again: string, last: string): Promise<{ url: string }> {
  const server = createServer(async (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(first);
    for (let nth = 0; nth < 10; nth++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      response.write(again);
    }
    response.end(last);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

it("R-OBS-1: a call that is stopped keeps the tokens it was told of", async () => {
  const server = await byteServer([stream(begin + say(0, "Hi"), "hang")]);
  onTestFinished(() => server.close());
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 300);
  const { asked } = await oneCall(server.url, "anthropic_messages", { signal: stop.signal });
  expect(asked.ok ? null : asked.failure.code).toBe("aborted");
  expect(asked.usage).toMatchObject([{ input_tokens: 11, cache_read_tokens: 205, output_tokens: 2 }]);
});
