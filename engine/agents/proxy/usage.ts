/** What an answer says that it used, on each protocol; read from what passes by. */

import type { Protocol } from "../../config/known-providers.ts";
import type { PricedTokens } from "../catalog/price.ts";
import { type Fields, fieldsOf, textOrNull, tokenFields, usdOf } from "../cli/fields.ts";

export interface Used {
  readonly model: string | null;
  readonly tokens: PricedTokens;
  /** Where the provider itself says the price. */
  readonly usd: number | null;
}

/** Each part of an answer, one after the other; the later one knows better. */
export type UsageOf = (before: Used | null, part: Fields) => Used | null;

export const usageReader = (protocol: Protocol): UsageOf => READERS[protocol];

const READERS: Readonly<Record<Protocol, UsageOf>> = {
  anthropic_messages: anthropic,
  openai_responses: responses,
  openai_chat_completions: chat,
  google_generate_content: google,
};

function anthropic(before: Used | null, part: Fields): Used | null {
  const message = part.type === "message_start" ? fieldsOf(part.message) : part;
  if (message.usage === undefined || message.usage === null) return before;
  const usage = fieldsOf(message.usage);
  const hour = tokenFields(fieldsOf(usage.cache_creation).ephemeral_1h_input_tokens);
  const tokens = defined({
    input_tokens: tokenFields(usage.input_tokens),
    output_tokens: tokenFields(usage.output_tokens),
    cache_read_tokens: tokenFields(usage.cache_read_input_tokens),
    cache_write_tokens: tokenFields(usage.cache_creation_input_tokens),
    reasoning_tokens: tokenFields(fieldsOf(usage.output_tokens_details).thinking_tokens),
    cache_write_1h_tokens: hour,
  });
  const model = textOrNull(message.model) ?? before?.model ?? null;
  return { model, tokens: { ...before?.tokens, ...tokens }, usd: null };
}

function responses(before: Used | null, part: Fields): Used | null {
  const answer =
    typeof part.type === "string" && part.type.startsWith("response.") ? fieldsOf(part.response) : part;
  const usage = fieldsOf(answer.usage);
  const read = tokenFields(fieldsOf(usage.input_tokens_details).cached_tokens) ?? 0;
  const input = tokenFields(usage.input_tokens);
  if (input === undefined) return before;
  const tokens = defined({
    input_tokens: Math.max(0, input - read),
    output_tokens: tokenFields(usage.output_tokens),
    cache_read_tokens: read,
    reasoning_tokens: tokenFields(fieldsOf(usage.output_tokens_details).reasoning_tokens),
  });
  return { model: textOrNull(answer.model), tokens, usd: null };
}

function chat(before: Used | null, part: Fields): Used | null {
  const usage = fieldsOf(part.usage);
  const read = tokenFields(fieldsOf(usage.prompt_tokens_details).cached_tokens) ?? 0;
  const input = tokenFields(usage.prompt_tokens);
  if (input === undefined) return before;
  const tokens = defined({
    input_tokens: Math.max(0, input - read),
    output_tokens: tokenFields(usage.completion_tokens),
    cache_read_tokens: read,
    reasoning_tokens: tokenFields(fieldsOf(usage.completion_tokens_details).reasoning_tokens),
  });
  return { model: textOrNull(part.model) ?? before?.model ?? null, tokens, usd: usdOf(usage.cost) };
}

function google(before: Used | null, part: Fields): Used | null {
  const usage = fieldsOf(part.usageMetadata);
  const read = tokenFields(usage.cachedContentTokenCount) ?? 0;
  const prompt = tokenFields(usage.promptTokenCount);
  if (prompt === undefined) return before;
  const thoughts = tokenFields(usage.thoughtsTokenCount) ?? 0;
  const tokens = defined({
    input_tokens: Math.max(0, prompt + (tokenFields(usage.toolUsePromptTokenCount) ?? 0) - read),
    output_tokens: (tokenFields(usage.candidatesTokenCount) ?? 0) + thoughts,
    cache_read_tokens: read,
    reasoning_tokens: thoughts,
  });
  return { model: textOrNull(part.modelVersion) ?? before?.model ?? null, tokens, usd: null };
}

const defined = (tokens: { readonly [name in keyof PricedTokens]: number | undefined }): PricedTokens =>
  Object.fromEntries(Object.entries(tokens).filter(([, value]) => value !== undefined));
