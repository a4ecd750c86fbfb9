/** Tokens of one call in the engine's words: input without what a cache served, output with the reasoning in it. */
import type { LanguageModelV4Usage } from "@ai-sdk/provider";
import type { Usage } from "../../../core/outcome.ts";
import type { ApiProtocol } from "../provider.ts";
import { dataOf } from "../stream/events.ts";
import type { Wire } from "../stream/wire.ts";

type Tokens = Omit<Usage, "cost_usd" | "provider" | "model">;

/** null: the provider told of no tokens. */
export function answerTokens({ inputTokens, outputTokens }: LanguageModelV4Usage): Tokens | null {
  const { total, noCache, cacheRead, cacheWrite } = inputTokens;
  if (total === undefined && noCache === undefined && outputTokens.total === undefined) return null;
  const input = noCache ?? Math.max(0, (total ?? 0) - (cacheRead ?? 0) - (cacheWrite ?? 0));
  return counted({
    input_tokens: input,
    output_tokens: outputTokens.total,
    cache_read_tokens: cacheRead,
    cache_write_tokens: cacheWrite,
    reasoning_tokens: outputTokens.reasoning,
  });
}

/** What an answer that did not come to its end had told so far. */
export function tokensSoFar(protocol: ApiProtocol, { usage }: Wire): Tokens | null {
  const told = usage.map(dataOf).filter((data) => data !== null) as Record<string, unknown>[];
  if (told.length === 0) return null;
  if (protocol === "anthropic_messages") return anthropic(told);
  const last = told.at(-1)!;
  if (protocol === "openai_chat_completions") return chat(at(last, "usage"));
  if (protocol === "openai_responses") return responses(at(at(last, "response"), "usage"));
  return google(at(last, "usageMetadata"));
}

function anthropic(told: readonly Record<string, unknown>[]): Tokens | null {
  const merged: Record<string, unknown> = {};
  for (const data of told) {
    Object.assign(merged, at(data, "usage") ?? at(at(data, "message"), "usage"));
  }
  return Object.keys(merged).length === 0
    ? null
    : counted({
        input_tokens: merged.input_tokens,
        output_tokens: merged.output_tokens,
        cache_read_tokens: merged.cache_read_input_tokens,
        cache_write_tokens: merged.cache_creation_input_tokens,
      });
}

function chat(usage: Record<string, unknown> | null): Tokens | null {
  if (usage === null) return null;
  const cached = number(at(usage, "prompt_tokens_details")?.cached_tokens) ?? 0;
  return counted({
    input_tokens: Math.max(0, (number(usage.prompt_tokens) ?? 0) - cached),
    output_tokens: usage.completion_tokens,
    cache_read_tokens: cached,
    reasoning_tokens: at(usage, "completion_tokens_details")?.reasoning_tokens,
  });
}

function responses(usage: Record<string, unknown> | null): Tokens | null {
  if (usage === null) return null;
  const cached = number(at(usage, "input_tokens_details")?.cached_tokens) ?? 0;
  return counted({
    input_tokens: Math.max(0, (number(usage.input_tokens) ?? 0) - cached),
    output_tokens: usage.output_tokens,
    cache_read_tokens: cached,
    reasoning_tokens: at(usage, "output_tokens_details")?.reasoning_tokens,
  });
}

function google(usage: Record<string, unknown> | null): Tokens | null {
  if (usage === null) return null;
  const cached = number(usage.cachedContentTokenCount) ?? 0;
  const thoughts = number(usage.thoughtsTokenCount) ?? 0;
  return counted({
    input_tokens: Math.max(0, (number(usage.promptTokenCount) ?? 0) - cached),
    output_tokens: (number(usage.candidatesTokenCount) ?? 0) + thoughts,
    cache_read_tokens: cached,
    reasoning_tokens: thoughts,
  });
}

function at(value: unknown, key: string): Record<string, unknown> | null {
  const found = value !== null && typeof value === "object" ? (value as Record<string, unknown>)[key] : null;
  return found !== null && typeof found === "object" ? (found as Record<string, unknown>) : null;
}

const number = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** Only whole counts; what a provider did not say is not there. */
function counted(values: Record<string, unknown>): Tokens {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => {
      const count = number(value);
      return count === undefined ? [] : [[key, count]];
    }),
  );
}
