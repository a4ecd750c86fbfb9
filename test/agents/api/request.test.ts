import { describe, expect, it } from "vitest";
import type { ApiProtocol } from "../../../engine/agents/api/provider.ts";
import { DEFAULT_MAX_TOKENS } from "../../../engine/agents/api/session/fields.ts";
import type { ModelSettings } from "../../../engine/agents/port.ts";
import { saying } from "../request.ts";
import { trial } from "./attempt.ts";
import { begin, event, finish, say } from "./wire/anthropic.ts";
import * as chat from "./wire/chat.ts";
import * as google from "./wire/google.ts";
import { PROTOCOLS } from "./wire/script.ts";
import { stream } from "./wire/server.ts";

const requestOf = async (protocol: ApiProtocol, settings: Partial<ModelSettings>, model?: string) =>
  (await trial([{ text: "Done." }], { protocol, settings, ...(model === undefined ? {} : { model }) }))
    .received[0]!;

const at = (body: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], body);

describe("model parameters arrive in the request", () => {
  it.each([
    ["anthropic_messages", "max_tokens"],
    ["openai_chat_completions", "max_tokens"],
    ["openai_responses", "max_output_tokens"],
    ["google_generate_content", "generationConfig.maxOutputTokens"],
  ] as const)("max_tokens of %s is %s, and never left to the library", async (protocol, field) => {
    expect(at((await requestOf(protocol, { maxTokens: 1234 })).body, field)).toBe(1234);
    expect(at((await requestOf(protocol, {})).body, field)).toBe(DEFAULT_MAX_TOKENS);
  });

  it.each([
    ["anthropic_messages", "output_config.effort", "low"],
    ["openai_chat_completions", "reasoning_effort", "low"],
    ["openai_responses", "reasoning.effort", "low"],
    ["google_generate_content", "generationConfig.thinkingConfig.thinkingLevel", "low"],
  ] as const)("reasoning_effort of %s is %s; nothing said, nothing sent", async (protocol, field, value) => {
    expect(at((await requestOf(protocol, { effort: "low" })).body, field)).toBe(value);
    expect(at((await requestOf(protocol, { effort: null })).body, field)).toBeUndefined();
  });

  it("the catalog's limit of a model is never exceeded", async () => {
    const { received } = await trial([{ text: "Done." }], {
      settings: { maxTokens: 50_000 },
      deps: { limits: () => ({ maxOutputTokens: 8000, contextTokens: null }) },
    });
    expect(received[0]!.body.max_tokens).toBe(8000);
  });

  it("an effort that nobody knows ends the stage before anything is paid", async () => {
    const { reply, received } = await trial([{ text: "Done." }], { settings: { effort: "very much" } });
    expect([reply.evidence.error_code, received.length]).toEqual(["configuration", 0]);
    expect(reply.problem).toContain("reasoning_effort=very much");
  });

  it.each(PROTOCOLS)("%s gets the model's name, and no temperature", async (protocol) => {
    const { body, url } = await requestOf(protocol, {}, "some-model");
    expect(protocol === "google_generate_content" ? url : body.model).toContain("some-model");
    expect(JSON.stringify(body)).not.toMatch(/temperature|top_p|topP/);
  });
});

describe("UL-8.2: address, key and headers", () => {
  it.each([
    ["anthropic_messages", "/v1/messages", "x-api-key", "key-of-test"],
    ["openai_chat_completions", "/v1/chat/completions", "authorization", "Bearer key-of-test"],
    ["openai_responses", "/v1/responses", "authorization", "Bearer key-of-test"],
    [
      "google_generate_content",
      "/v1beta/models/gemini-3-pro-preview:streamGenerateContent?alt=sse",
      "x-goog-api-key",
      "key-of-test",
    ],
  ] as const)("%s", async (protocol, url, header, value) => {
    const { received } = await trial([{ text: "Done." }], {
      protocol,
      provider: { headers: { "x-own": "yes" } },
    });
    expect(received[0]!.url).toBe(url);
    expect(received[0]!.url).not.toContain("key-of-test");
    expect(received[0]!.headers).toMatchObject({ [header]: value, "x-own": "yes" });
  });

  it("a path of one's own stands in place of the protocol's", async () => {
    const { received } = await trial([{ text: "Done." }], { provider: { path: "/coding/messages" } });
    expect(received[0]!.url).toBe("/v1/coding/messages");
  });

  it("the beta headers that the library adds by itself, to Claude models only; no unchecked argument streaming", async () => {
    const { headers, body } = await requestOf("anthropic_messages", {});
    expect(headers["anthropic-beta"]).toBe("structured-outputs-2025-11-13");
    expect(JSON.stringify(body)).not.toContain("eager_input_streaming");
    expect(
      (await requestOf("anthropic_messages", {}, "kimi-k2.5")).headers["anthropic-beta"],
    ).toBeUndefined();
  });
});

describe("UL-8.3.5: what a model thought goes back as it came", () => {
  const shell = { calls: [["shell", { command: "true" }]] } as const;

  it("thinking with its signature, redacted thinking verbatim, both before the call", async () => {
    const block = (index: number, content_block: object, ...deltas: object[]) =>
      event({ type: "content_block_start", index, content_block }) +
      deltas.map((delta) => event({ type: "content_block_delta", index, delta })).join("") +
      event({ type: "content_block_stop", index });
    const thinking = block(
      0,
      { type: "thinking", thinking: "", signature: "" },
      { type: "thinking_delta", thinking: "hm" },
      { type: "signature_delta", signature: "SIG==" },
    );
    const redacted = block(1, { type: "redacted_thinking", data: "REDACTED==" });
    const use = block(
      2,
      { type: "tool_use", id: "toolu_1", name: "shell", input: {} },
      { type: "input_json_delta", partial_json: '{"command":"true"}' },
    );
    const { received } = await trial([
      stream(begin + thinking + redacted + use + finish("tool_use")),
      { text: "Done." },
    ]);
    expect(received[1]!.body.messages[1].content).toMatchObject([
      { type: "thinking", thinking: "hm", signature: "SIG==" },
      { type: "redacted_thinking", data: "REDACTED==" },
      { type: "tool_use", id: "toolu_1", input: { command: "true" } },
    ]);
  });

  it("reasoning_content of chat completions", async () => {
    const call = chat.call({ index: 0, id: "call_1", name: "shell", args: '{"command":"true"}' });
    const { received } = await trial(
      [stream(chat.begin + chat.chunk({ reasoning_content: "hm" }) + call + chat.end), { text: "Done." }],
      {
        protocol: "openai_chat_completions",
      },
    );
    expect(received[1]!.body.messages[2]).toMatchObject({ role: "assistant", reasoning_content: "hm" });
  });

  it("Gemini's thought signatures", async () => {
    const part = { functionCall: { name: "shell", args: { command: "true" } }, thoughtSignature: "SIG==" };
    const { received } = await trial([stream(google.chunk([part], "STOP")), { text: "Done." }], {
      protocol: "google_generate_content",
    });
    expect(received[1]!.body.contents[1].parts[0]).toMatchObject({ thoughtSignature: "SIG==" });
  });

  it("Responses keeps nothing at the provider and asks for encrypted reasoning", async () => {
    const { received } = await trial([shell, { text: "Done." }], { protocol: "openai_responses" });
    expect(received[0]!.body).toMatchObject({ store: false, include: ["reasoning.encrypted_content"] });
  });
});

describe("UL-8.6: caching", () => {
  // biome-ignore lint/suspicious/noExplicitAny: a request's body
  const blocks = (body: any): object[] => [
    ...body.system,
    ...body.messages.flatMap((m: { content: object[] }) => m.content),
  ];
  const bare = (parts: readonly object[]): object[] =>
    parts.map((part) => ({ ...part, cache_control: undefined }));

  it("each request begins with the bytes of the one before it, marked at most four times", async () => {
    const { received } = await trial((nth) =>
      nth < 5 ? { calls: [["shell", { command: `echo ${nth}` }]] } : { text: "Done." },
    );
    for (const [nth, { body }] of received.entries()) {
      const marks = JSON.stringify(body).split('"cache_control"').length - 1;
      expect(marks).toBeGreaterThanOrEqual(2);
      expect(marks).toBeLessThanOrEqual(4);
      if (nth === 0) continue;
      const before = received[nth - 1]!.body;
      expect(JSON.stringify(body.tools)).toBe(JSON.stringify(before.tools));
      expect(bare(blocks(body)).slice(0, blocks(before).length)).toEqual(bare(blocks(before)));
    }
  });
});

describe("UL-8.7.6: parallel calls are answered in one message", () => {
  it("Anthropic: one user message with all results, and a person's words in it", async () => {
    const { received } = await trial(
      [
        {
          calls: [
            ["shell", { command: "echo a" }],
            ["shell", { command: "echo b" }],
          ],
        },
        { text: "Done." },
      ],
      {
        steering: saying("go on"),
      },
    );
    const { messages } = received[1]!.body;
    expect(messages.map(({ role }: { role: string }) => role)).toEqual(["user", "assistant", "user"]);
    expect(messages[2].content.map(({ type }: { type: string }) => type)).toEqual([
      "tool_result",
      "tool_result",
      "text",
    ]);
  });

  it("an error is marked as one where the protocol can", async () => {
    const { received } = await trial([{ calls: [["read_file", { path: "no" }]] }, { text: "Done." }]);
    expect(received[1]!.body.messages[2].content[0]).toMatchObject({
      is_error: true,
      content: "error: no is not there",
    });
  });
});

describe("AL-9.2: the tools of a family", () => {
  it.each([
    ["openai_responses", "gpt-5.2", "apply_patch"],
    ["anthropic_messages", "claude-opus-4-6", "edit_file"],
    ["anthropic_messages", "kimi-k2.5", "edit_file"],
    ["openai_chat_completions", "glm-4.7", "edit_file"],
    ["openai_chat_completions", "gpt-oss-120b", "apply_patch"],
    ["google_generate_content", "gemini-3-pro-preview", "read_many_files"],
  ] as const)("%s %s edits by %s", async (protocol, model, tool) => {
    const { body } = await requestOf(protocol, {}, model);
    const tools = JSON.stringify(body.tools);
    expect(tools).toContain(`"${tool}"`);
    expect(tools.includes('"apply_patch"')).not.toBe(tools.includes('"edit_file"'));
    expect(tools).not.toContain("spawn_agent");
    const system = JSON.stringify(body.system ?? body.messages ?? body.input ?? body.systemInstruction);
    expect(
      JSON.stringify(body).includes("*** Begin Patch\\\\n") ||
        JSON.stringify(body).includes("*** Begin Patch\\n"),
    ).toBe(tool === "apply_patch");
    expect(system).toContain("Where you work:");
  });
});

it("AL-9.11.4: a window that is nearly full is said once, and nothing is left out", async () => {
  const { events } = await trial(
    (nth) => (nth < 3 ? { calls: [["shell", { command: `echo ${nth}` }]] } : { text: "Done." }),
    {
      deps: { limits: () => ({ maxOutputTokens: null, contextTokens: 400 }) },
    },
  );
  expect(events.filter(({ code }) => code === "context_nearly_full")).toHaveLength(1);
});

it("an answer cut at its limit is no success", async () => {
  const { reply } = await trial([stream(begin + say(0, "half a") + finish("max_tokens"))], {
    settings: { maxTokens: 77 },
  });
  expect(reply).toMatchObject({
    evidence: { error_code: "max_tokens" },
    problem: "the answer was cut at its limit (max_tokens=77)",
    response: "half a",
  });
});
