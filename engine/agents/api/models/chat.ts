/** Chat completions of every provider: the lenient package reads what many servers send beside the standard. */
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { ModelOpening } from "./opening.ts";

export const open = ({ provider, model, fetch }: ModelOpening): LanguageModelV4 =>
  createOpenAICompatible({
    name: "openaiCompatible",
    baseURL: provider.baseUrl,
    apiKey: provider.apiKey,
    headers: { ...provider.headers },
    includeUsage: true,
    fetch,
  })(model);
