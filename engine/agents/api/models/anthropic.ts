/** Anthropic messages, also for those who speak it under another address (kimi). */
import { createAnthropic } from "@ai-sdk/anthropic";
import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { ModelOpening } from "./opening.ts";

export const open = ({ provider, model, fetch, newId }: ModelOpening): LanguageModelV4 =>
  createAnthropic({
    baseURL: provider.baseUrl,
    apiKey: provider.apiKey,
    headers: { ...provider.headers },
    fetch,
    generateId: newId,
  })(model);
