import { describe, expect, it, onTestFinished } from "vitest";
import { answerText } from "../../../engine/agents/api/call/answer.ts";
import type { ApiProtocol } from "../../../engine/agents/api/provider.ts";
import { oneCall } from "./asked.ts";
import { anthropic } from "./wire/anthropic.ts";
import { chat } from "./wire/chat.ts";
import { google } from "./wire/google.ts";
import { responses } from "./wire/responses.ts";
import type { Scenario, Scenarios } from "./wire/scenario.ts";
import { byteServer } from "./wire/server.ts";

const ALL: Readonly<Record<ApiProtocol, Scenarios>> = {
  anthropic_messages: anthropic,
  openai_chat_completions: chat,
  openai_responses: responses,
  google_generate_content: google,
};

describe.each(Object.entries(ALL) as [ApiProtocol, Scenarios][])(
  "R-AGENT-2: a stream of %s",
  (protocol, scenarios) => {
    it.each(Object.entries(scenarios))("%s", async (_, scenario) => {
      const server = await byteServer([scenario.reply]);
      onTestFinished(() => server.close());
      const { asked, repairs } = await oneCall(server.url, protocol);
      expect(asked.ok ? null : asked.failure.code, asked.ok ? "" : asked.failure.message).toBe(
        scenario.failure ?? null,
      );
      if (asked.ok) {
        const calls = scenario.calls ?? [];
        expect(asked.answer.calls.map(({ tool, input }) => [tool, parsed(input)])).toEqual(calls);
        expect(asked.answer.calls.every(({ id }) => id !== "")).toBe(true);
        expect(asked.finish).toBe(scenario.finish ?? (calls.length > 0 ? "tool_calls" : "stop"));
        if (scenario.text !== undefined) expect(answerText(asked.answer)).toBe(scenario.text);
      }
      if (scenario.repaired === undefined) expect(repairs).toEqual([]);
      else expect(repairs).toContain(scenario.repaired);
      expectTokens(scenario, asked.usage);
    });
  },
);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** None told: spent, and nobody knows how much. */
function expectTokens({ tokens }: Scenario, usage: readonly object[]): void {
  if (tokens === undefined) return;
  const known = { input_tokens: tokens[0], output_tokens: tokens[1], cache_read_tokens: tokens[2] };
  const more = { cache_write_tokens: tokens[3], reasoning_tokens: tokens[4] };
  const cost = tokens.length === 0 ? null : 0.5;
  expect(usage).toEqual([{ provider: "test", model: "m-1", ...known, ...more, cost_usd: cost }]);
}
