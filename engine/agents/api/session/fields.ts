/** Where a stage's settings go in each protocol's request; the docs' table is made from this one (R-AGENT-21). */
import type { JSONSchema7, LanguageModelV4CallOptions, SharedV4ProviderOptions } from "@ai-sdk/provider";
import type { ModelSettings } from "../../port.ts";
import type { ApiProtocol, ModelLimits } from "../provider.ts";

/** Without a word of the author or the catalog: long enough for a large file, and said, because budgets count on it. */
export const DEFAULT_MAX_TOKENS = 32_000;

export const EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const;
type Effort = (typeof EFFORTS)[number];
export const isEffort = (word: string): word is Effort => (EFFORTS as readonly string[]).includes(word);

/** Per attribute and protocol: the field of the request's body. */
export const REQUEST_FIELDS: Readonly<Record<string, Readonly<Record<ApiProtocol, string>>>> = {
  llm_model: {
    anthropic_messages: "model",
    openai_chat_completions: "model",
    openai_responses: "model",
    google_generate_content: "the address (models/{model})",
  },
  max_tokens: {
    anthropic_messages: "max_tokens",
    openai_chat_completions: "max_tokens",
    openai_responses: "max_output_tokens",
    google_generate_content: "generationConfig.maxOutputTokens",
  },
  reasoning_effort: {
    anthropic_messages:
      "output_config.effort with thinking.type=adaptive; thinking.budget_tokens of older models",
    openai_chat_completions: "reasoning_effort",
    openai_responses: "reasoning.effort",
    google_generate_content:
      "generationConfig.thinkingConfig (thinkingLevel, or thinkingBudget of Gemini 2.5)",
  },
};

/** What an attribute does that reaches no request. */
export const LOOP_FIELDS: Readonly<Record<string, string>> = {
  max_agent_turns: "the loop ends after so many model answers; 0 or nothing: no limit",
  default_command_timeout_ms: "time of a shell call that asks for none",
  max_command_timeout_ms: "the most that a shell call is given",
  "tool_hooks.pre": "a command before each tool call; a call whose hook fails is skipped",
  "tool_hooks.post": "a command after each tool call; its failure is recorded",
};

type Parameters = Pick<LanguageModelV4CallOptions, "maxOutputTokens" | "reasoning" | "providerOptions">;

export function parameters(
  protocol: ApiProtocol,
  { effort, maxTokens }: Pick<ModelSettings, "effort" | "maxTokens">,
  limits: ModelLimits,
  cacheKey: string,
): Parameters {
  const most = limits.maxOutputTokens ?? Number.POSITIVE_INFINITY;
  return {
    maxOutputTokens: Math.min(maxTokens ?? DEFAULT_MAX_TOKENS, most),
    ...(effort !== null && isEffort(effort) ? { reasoning: effort } : {}),
    providerOptions: OPTIONS[protocol](cacheKey),
  };
}

/** Of the four only Responses takes a schema beside tools on every model; the others are asked in words. */
export function formatOf(
  protocol: ApiProtocol,
  { responseSchema }: ModelSettings,
): Pick<LanguageModelV4CallOptions, "responseFormat"> {
  if (protocol !== "openai_responses" || !responseSchema?.natively) return {};
  return { responseFormat: { type: "json", name: "answer", schema: responseSchema.schema as JSONSchema7 } };
}

const OPTIONS: Readonly<Record<ApiProtocol, (cacheKey: string) => SharedV4ProviderOptions>> = {
  // The library would ask for unchecked argument streaming by a field that others do not know.
  anthropic_messages: () => ({ anthropic: { toolStreaming: false } }),
  openai_chat_completions: () => ({}),
  // Nothing is kept at the provider: reasoning comes back encrypted and is sent again.
  openai_responses: (promptCacheKey) => ({ openai: { store: false, promptCacheKey } }),
  google_generate_content: () => ({}),
};
