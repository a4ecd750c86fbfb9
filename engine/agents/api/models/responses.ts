/** OpenAI's Responses. */
import { createOpenAI } from "@ai-sdk/openai";
import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { ModelOpening } from "./opening.ts";

export const open = ({ provider, model, fetch }: ModelOpening): LanguageModelV4 =>
  createOpenAI({
    baseURL: provider.baseUrl,
    apiKey: provider.apiKey,
    headers: { ...provider.headers },
    fetch,
  }).responses(model);
