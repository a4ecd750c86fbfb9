/** Calls and results in the history that a request carries. */
import type { ApiProtocol } from "../../../engine/agents/api/provider.ts";
import type { Received } from "./wire/server.ts";

// biome-ignore lint/suspicious/noExplicitAny: parts of four protocols' bodies
export type Part = any;

/** Calls and results of a request's history, by id; Gemini's by name. */
export function pairs(protocol: ApiProtocol, { body }: Received): { calls: string[]; results: string[] } {
  const of = (parts: readonly Part[], pick: (part: Part) => string | undefined): string[] =>
    parts.flatMap((part) => pick(part) ?? []);
  if (protocol === "anthropic_messages") {
    const parts = body.messages.flatMap(({ content }: Part) => content);
    return {
      calls: of(parts, (part) => (part.type === "tool_use" ? part.id : undefined)),
      results: of(parts, (part) => (part.type === "tool_result" ? part.tool_use_id : undefined)),
    };
  }
  if (protocol === "openai_chat_completions") {
    const calls = body.messages.flatMap(({ tool_calls = [] }: Part) => tool_calls);
    return {
      calls: of(calls, ({ id }) => id),
      results: of(body.messages, (message) => message.tool_call_id),
    };
  }
  if (protocol === "openai_responses") {
    return {
      calls: of(body.input, (item) => (item.type === "function_call" ? item.call_id : undefined)),
      results: of(body.input, (item) => (item.type === "function_call_output" ? item.call_id : undefined)),
    };
  }
  const parts = body.contents.flatMap((content: Part) => content.parts);
  return {
    calls: of(parts, (part) => part.functionCall?.name),
    results: of(parts, (part) => part.functionResponse?.name),
  };
}
