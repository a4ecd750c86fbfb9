/** Gemini's generateContent, streamed. */
import { createGoogleGenerativeAI } from "@ai-sdk/google";
import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { ModelOpening } from "./opening.ts";

export const open = ({ provider, model, fetch, newId }: ModelOpening): LanguageModelV4 =>
  createGoogleGenerativeAI({
    baseURL: provider.baseUrl,
    apiKey: provider.apiKey,
    headers: { ...provider.headers },
    fetch,
    generateId: newId,
  })(model);
