/** Opens one model by its provider's protocol. The provider's package is loaded here, when first asked for. */
import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { ApiProtocol } from "../provider.ts";
import type { ModelOpening } from "./opening.ts";

const OPENERS: Readonly<
  Record<ApiProtocol, () => Promise<{ open(opening: ModelOpening): LanguageModelV4 }>>
> = {
  anthropic_messages: () => import("./anthropic.ts"),
  openai_chat_completions: () => import("./chat.ts"),
  openai_responses: () => import("./responses.ts"),
  google_generate_content: () => import("./google.ts"),
};

export async function openModel(opening: ModelOpening): Promise<LanguageModelV4> {
  return (await OPENERS[opening.provider.protocol]()).open(opening);
}
