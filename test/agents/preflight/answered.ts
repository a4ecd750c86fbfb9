/** An answer in one piece, in each protocol. */
import type { ApiProtocol } from "../../../engine/agents/api/provider.ts";

const ANSWERED: Readonly<Record<ApiProtocol, (text: string) => object>> = {
  anthropic_messages: (text) => ({
    ...{ id: "msg_1", type: "message", role: "assistant", model: "m-1", stop_reason: "end_turn" },
    content: [{ type: "text", text }],
    stop_sequence: null,
    usage: { input_tokens: 100, output_tokens: 2 },
  }),
  openai_chat_completions: (content) => ({
    ...{ id: "chatcmpl-1", object: "chat.completion", created: 1, model: "m-1" },
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
    usage: { prompt_tokens: 100, completion_tokens: 2, total_tokens: 102 },
  }),
  openai_responses: (text) => ({
    ...{ id: "resp_1", object: "response", created_at: 1, model: "m-1", status: "completed", error: null },
    output: [
      {
        ...{ type: "message", id: "msg_1", role: "assistant", status: "completed" },
        content: [{ type: "output_text", text, annotations: [] }],
      },
    ],
    incomplete_details: null,
    usage: { input_tokens: 100, output_tokens: 2, total_tokens: 102 },
  }),
  google_generate_content: (text) => ({
    candidates: [{ content: { role: "model", parts: [{ text }] }, finishReason: "STOP", index: 0 }],
    usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 2, totalTokenCount: 102 },
  }),
};

export const answered = (protocol: ApiProtocol, text: string): object => ANSWERED[protocol](text);
