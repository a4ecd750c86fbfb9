import { describe, expect, it, onTestFinished } from "vitest";
import { failureOf } from "../../../engine/agents/api/call/errors.ts";
import { retryAfterMs } from "../../../engine/agents/api/call/retry-after.ts";
import { classOfErrorCode } from "../../../engine/failure/error-codes.ts";
import { oneCall } from "./asked.ts";
import { tried } from "./retry-world.ts";
import { spoken } from "./wire/script.ts";
import { byteServer, type Reply, status } from "./wire/server.ts";

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
    "OpenAI's minute, which names the page of bills",
    429,
    {
      error: {
        message:
          "Rate limit reached for gpt-5.2 in organization org-x on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s. You can increase your rate limit by adding a payment method to your account at https://platform.openai.com/account/billing.",
        type: "requests",
        code: "rate_limit_exceeded",
      },
    },
    "rate_limit",
    "transient_infra",
    false,
  ],
  [
    "a limit of spending at Anthropic",
    400,
    {
      error: {
        type: "invalid_request_error",
        message: "You have reached your specified API usage limits. You will regain access on 2026-12-01.",
      },
    },
    "quota",
    "deterministic",
    true,
  ],
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
  ...[
    "input length and `max_tokens` exceed context limit: 191797 + 8192 > 200000, decrease input length",
    "Invalid request: Your request exceeded model token limit: 262144",
    "Prompt exceeds max length",
    "the request exceeds the available context size, try increasing it",
  ].map(
    (message) =>
      [
        `too long: ${message}`,
        400,
        { error: { message } },
        "context_length",
        "budget_exhausted",
        false,
      ] as const,
  ),
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

  it.each([
    ["openai_chat_completions", { error: { code: "1113", message: "please recharge" } }, "quota"],
    [
      "anthropic_messages",
      { type: "error", error: { type: "authentication_error", message: "no" } },
      "authentication",
    ],
    ["openai_responses", { error: { code: "insufficient_quota", message: "no" } }, "quota"],
    ["google_generate_content", [{ error: { code: 429, message: "Please retry in 3s" } }], "rate_limit"],
    ["openai_chat_completions", { error: { code: 503, message: "later" } }, "service_unavailable"],
  ] as const)("%s: an error in a plain body under status 200: %j", async (protocol, body, code) => {
    const { asked, requests } = await tried([status(200, body)], code === "quota" ? 3 : 0, protocol);
    expect(asked.ok ? null : asked.failure.code).toBe(code);
    expect([requests, asked.usage]).toEqual([1, []]);
  });

  it("a stream that is called JSON is read as a stream, and JSON that is no error is no answer", async () => {
    const text = spoken("openai_chat_completions", { text: "Done." });
    const body = text.kind === "stream" ? text.text : "";
    expect((await tried([status(200, body)], 0, "openai_chat_completions")).asked).toMatchObject({
      ok: true,
    });
    const { asked } = await tried([status(200, { choices: [] })], 0, "openai_chat_completions");
    expect(asked.ok ? null : asked.failure.code).toBe("stream_closed");
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
