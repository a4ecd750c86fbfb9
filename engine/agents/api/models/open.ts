/** Opens one model by its provider's protocol. The provider's package is loaded here, when first asked for. */
import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { ApiProvider, Protocol } from "../provider.ts";

export interface ModelOpening {
  readonly provider: ApiProvider;
  readonly model: string;
  readonly fetch: typeof fetch;
  /** Ids for calls that came without one: they must not repeat within a session. */
  readonly newId: () => string;
}

const OPENERS: Readonly<Record<Protocol, () => Promise<{ open(opening: ModelOpening): LanguageModelV4 }>>> = {
  anthropic_messages: () => import("./anthropic.ts"),
  openai_chat_completions: () => import("./chat.ts"),
  openai_responses: () => import("./responses.ts"),
  google_generate_content: () => import("./google.ts"),
};

export async function openModel(opening: ModelOpening): Promise<LanguageModelV4> {
  return (await OPENERS[opening.provider.protocol]()).open(opening);
}
