import { describe, expect, it, onTestFinished } from "vitest";
import { failureOf } from "../../../engine/agents/api/call/errors.ts";
import { retryAfterMs } from "../../../engine/agents/api/call/retry-after.ts";
import type { ApiProtocol } from "../../../engine/agents/api/provider.ts";
import { classOfErrorCode } from "../../../engine/failure/error-codes.ts";
import { oneCall } from "./asked.ts";
import { begin, event, finish, say } from "./wire/anthropic.ts";
import { byteServer, type Reply, status, stream } from "./wire/server.ts";

const GOOD = stream(begin + say(0, "Done.") + finish("end_turn"));
const busy = (headers: Record<string, string> = {}): Reply =>
  status(429, { type: "error", error: { type: "rate_limit_error", message: "slow down" } }, headers);

async function tried(
  replies: readonly Reply[],
  maxRetries = 6,
  protocol: ApiProtocol = "anthropic_messages",
) {
  const server = await byteServer(replies);
  onTestFinished(() => server.close());
  const call = await oneCall(server.url, protocol, { provider: { maxRetries } });
  return { ...call, requests: server.received.length };
}

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

it("R-OBS-1: a call that is stopped keeps the tokens it was told of", async () => {
  const server = await byteServer([stream(begin + say(0, "Hi"), "hang")]);
  onTestFinished(() => server.close());
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 300);
  const { asked } = await oneCall(server.url, "anthropic_messages", { signal: stop.signal });
  expect(asked.ok ? null : asked.failure.code).toBe("aborted");
  expect(asked.usage).toMatchObject([{ input_tokens: 11, cache_read_tokens: 205, output_tokens: 2 }]);
});

/** Body, status, the typed error, its class, whether the run pauses. */
const GOOGLE =
  "You exceeded your current quota, please check your plan and billing details. * Quota exceeded for metric: x";
const SAID: readonly (readonly [string, number, unknown, string, string, boolean])[] = [
  [
    "bad key",
    401,
    { error: { type: "authentication_error", message: "invalid x-api-key" } },
    "authentication",
    "deterministic",
    false,
  ],
  [
    "no right",
    403,
    { error: { status: "PERMISSION_DENIED", message: "no" } },
    "permission_denied",
    "deterministic",
    false,
  ],
  [
    "no such model",
    404,
    { error: { type: "not_found_error", message: "model: gpt-9" } },
    "model_not_found",
    "deterministic",
    false,
  ],
  ["no such path", 404, "<html>", "not_found", "deterministic", false],
  ["too slow", 408, {}, "request_timeout", "transient_infra", false],
  ["conflict", 409, {}, "unavailable", "transient_infra", false],
  [
    "too large",
    413,
    { error: { type: "request_too_large", message: "Request exceeds the maximum size" } },
    "context_length",
    "budget_exhausted",
    false,
  ],
  ["unprocessable", 422, { message: "tools.0: field required" }, "invalid_request", "deterministic", false],
  ["rate limit", 429, { error: { code: "rate_limit_exceeded" } }, "rate_limit", "transient_infra", false],
  [
    "no credit at OpenAI",
    429,
    { error: { code: "insufficient_quota", message: "You exceeded your current quota" } },
    "quota",
    "deterministic",
    true,
  ],
  [
    "no credit at Anthropic",
    400,
    { error: { type: "invalid_request_error", message: "Your credit balance is too low" } },
    "quota",
    "deterministic",
    true,
  ],
  [
    "no credit at Moonshot",
    429,
    { error: { type: "exceeded_current_quota_error" } },
    "quota",
    "deterministic",
    true,
  ],
  [
    "no credit at Zai",
    429,
    { error: { code: "1113", message: "please recharge" } },
    "quota",
    "deterministic",
    true,
  ],
  [
    "a plan's limit at Zai",
    429,
    { error: { code: "1308", message: "limit reached, resets at 18:00" } },
    "quota",
    "deterministic",
    true,
  ],
  ["payment", 402, {}, "quota", "deterministic", true],
  [
    "Gemini's minute",
    429,
    {
      error: {
        status: "RESOURCE_EXHAUSTED",
        message: `${GOOGLE}, limit: 15`,
        details: [{ quotaId: "GenerateRequestsPerMinutePerProjectPerModel-FreeTier" }],
      },
    },
    "rate_limit",
    "transient_infra",
    false,
  ],
  [
    "Gemini's minute, without details",
    429,
    { error: { message: `${GOOGLE}, limit: 15, model: m\nPlease retry in 20.04466179s.` } },
    "rate_limit",
    "transient_infra",
    false,
  ],
  [
    "a model that Gemini's plan does not have",
    429,
    { error: { message: `${GOOGLE}, limit: 0, model: m\nPlease retry in 20.04466179s.` } },
    "quota",
    "deterministic",
    true,
  ],
  [
    "Gemini's day",
    429,
    {
      error: {
        status: "RESOURCE_EXHAUSTED",
        details: [{ quotaId: "GenerateRequestsPerDayPerProjectPerModel" }],
      },
    },
    "quota",
    "deterministic",
    true,
  ],
  [
    "too long at OpenAI",
    400,
    { error: { code: "context_length_exceeded" } },
    "context_length",
    "budget_exhausted",
    false,
  ],
  [
    "too long at Anthropic",
    400,
    { error: { message: "prompt is too long: 210000 tokens > 200000 maximum" } },
    "context_length",
    "budget_exhausted",
    false,
  ],
  [
    "too long at Gemini",
    400,
    { error: { message: "The input token count (1200000) exceeds the maximum" } },
    "context_length",
    "budget_exhausted",
    false,
  ],
  ["filtered", 400, { error: { code: "content_filter" } }, "content_filter", "deterministic", false],
  ["server", 500, { error: { message: "model overloaded? no, a bug" } }, "server", "transient_infra", false],
  ["gateway", 502, "<html>bad gateway</html>", "bad_gateway", "transient_infra", false],
  ["unavailable", 503, {}, "service_unavailable", "transient_infra", false],
  ["gateway time", 504, {}, "gateway_timeout", "transient_infra", false],
  ["overloaded", 529, { error: { type: "overloaded_error" } }, "overloaded", "transient_infra", false],
  ["a redirect", 302, "", "invalid_request", "deterministic", false],
];

describe("UL-8.8.1: what a provider says has one typed meaning", () => {
  it.each(SAID)("%s", async (_, code, body, expected, failureClass, pause) => {
    const server = await byteServer([status(code, body, code === 302 ? { location: "/elsewhere" } : {})]);
    onTestFinished(() => server.close());
    const { asked } = await oneCall(server.url, "openai_chat_completions");
    if (asked.ok) throw new Error("it should have failed");
    expect([asked.failure.code, asked.failure.pause]).toEqual([expected, pause]);
    expect(classOfErrorCode(asked.failure.code)).toBe(failureClass);
    expect(asked.usage).toEqual([]);
  });

  it("nobody listening", async () => {
    const gone = await byteServer([]);
    gone.close();
    const { asked } = await oneCall(gone.url, "openai_responses");
    expect(asked.ok ? null : asked.failure.code).toBe("econnrefused");
    expect(asked.usage).toEqual([]);
  });

  it("a web page in place of an answer names the keys to check", async () => {
    const page: Reply = {
      kind: "status",
      status: 200,
      headers: { "content-type": "text/html" },
      body: "<html>",
    };
    const { asked } = await tried([page], 3);
    expect(asked.ok ? "" : asked.failure.message).toContain("check base_url and path");
    expect(asked.ok ? null : asked.failure.code).toBe("not_found");
  });

  it("Google's wait stands in the body", () => {
    const body = {
      error: { details: [{ "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "37s" }] },
    };
    expect(retryAfterMs({}, body, 0)).toBe(37_000);
    expect(
      failureOf({ statusCode: 429, message: "m", responseBody: JSON.stringify(body) }, 0, String)
        .retryAfterMs,
    ).toBe(37_000);
  });
});

it("R-SEC-4: what a provider says is masked before it is cut", async () => {
  const secret = "hunter22-hunter22-hunter22";
  const message = `${"x".repeat(1950)} ${secret} ${"y".repeat(3000)}`;
  const server = await byteServer([status(401, { error: { message } })]);
  onTestFinished(() => server.close());
  const { asked } = await oneCall(server.url, "anthropic_messages", {
    mask: (text) => text.replaceAll(secret, "***"),
  });
  const said = asked.ok ? "" : asked.failure.message;
  expect(said).toContain("***");
  expect(said).not.toContain("hunter22");
});
