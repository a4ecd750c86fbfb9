/** Bodies of requests as the vendors' own packages type them. */
import type { MessageCreateParamsStreaming } from "@anthropic-ai/sdk/resources/messages";
import type {
  ChatCompletionAssistantMessageParam,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from "openai/resources/chat/completions";
import type { ResponseCreateParamsStreaming } from "openai/resources/responses/responses";
import type { GenerateContentRequest } from "./google.ts";

/** An addition of those who speak OpenAI's protocol: Moonshot's and Z.ai's references have it. */
type Thoughts = ChatCompletionAssistantMessageParam & { reasoning_content?: string };

export interface Bodies {
  anthropic_messages: MessageCreateParamsStreaming;
  openai_chat_completions: Omit<ChatCompletionCreateParamsStreaming, "messages"> & {
    messages: (ChatCompletionMessageParam | Thoughts)[];
  };
  openai_responses: ResponseCreateParamsStreaming;
  google_generate_content: GenerateContentRequest;
}
