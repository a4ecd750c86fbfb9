/** The conversation as it is sent and as it is stored: plain data, ids as they were given. */
import type { LanguageModelV4Message, LanguageModelV4Prompt } from "@ai-sdk/provider";
import type { JsonValue } from "../../../core/outcome.ts";
import type { AgentSession } from "../../port.ts";
import type { ModelAnswer } from "../call/answer.ts";
import type { ApiProtocol } from "../provider.ts";

export interface Transcript {
  readonly system: string;
  readonly messages: LanguageModelV4Message[];
}

const VERSION = 1;

export const storedTranscript = (protocol: ApiProtocol, { system, messages }: Transcript): JsonValue =>
  JSON.parse(JSON.stringify({ version: VERSION, protocol, system, messages })) as JsonValue;

/** A text that says why it cannot be gone on with, in place of the transcript. */
export function restored(
  session: AgentSession,
  protocol: ApiProtocol,
  provider: string,
  model: string,
): Transcript | string {
  if (session.backend !== "api") return `it was made by the ${session.backend} backend`;
  if (session.provider !== provider) return `it was made with ${session.provider}`;
  if (session.model !== model) return `it was made with the model ${session.model}`;
  const data = session.data as {
    version?: unknown;
    protocol?: unknown;
    system?: unknown;
    messages?: unknown;
  };
  if (data?.version !== VERSION || !Array.isArray(data.messages) || typeof data.system !== "string")
    return "its transcript cannot be read";
  if (data.protocol !== protocol) return `it was made by ${String(data.protocol)}`;
  return { system: data.system, messages: structuredClone(data.messages) as LanguageModelV4Message[] };
}

const CACHED = { anthropic: { cacheControl: { type: "ephemeral" } } } as const;

/**
 * Three marks of the four that a request may have: the system text, with the tools before it, and the two latest
 * messages that are ours, so that each request finds what the one before it left.
 */
export function promptOf({ system, messages }: Transcript, protocol: ApiProtocol): LanguageModelV4Prompt {
  const marks = protocol === "anthropic_messages";
  const ours = messages.flatMap((message, nth) => (message.role === "assistant" ? [] : [nth]));
  const marked = new Set(marks ? ours.slice(-2) : []);
  const first: LanguageModelV4Message = { role: "system", content: system };
  return [
    marks ? { ...first, providerOptions: CACHED } : first,
    ...messages.map((message, nth) => (marked.has(nth) ? { ...message, providerOptions: CACHED } : message)),
  ];
}

export const userText = (text: string): LanguageModelV4Message => ({
  role: "user",
  content: [{ type: "text", text }],
});

/** Empty texts are refused by some; one that carries a signature stays. */
export const assistantMessage = ({ parts }: ModelAnswer): LanguageModelV4Message => ({
  role: "assistant",
  content: parts.filter(
    (part) => part.type !== "text" || part.text !== "" || part.providerOptions !== undefined,
  ) as Extract<LanguageModelV4Message, { role: "assistant" }>["content"],
});

/** An id that came twice would leave a call without a result of its own. */
export function uniqueIds(answer: ModelAnswer, used: Set<string>): void {
  const parts = answer.parts.filter((part) => part.type === "tool-call");
  for (const [nth, call] of answer.calls.entries()) {
    let id = call.id;
    for (let again = 2; used.has(id); again++) id = `${call.id}_${again}`;
    used.add(id);
    call.id = id;
    parts[nth]!.toolCallId = id;
  }
}

export const idsIn = (messages: readonly LanguageModelV4Message[]): Set<string> =>
  new Set(
    messages.flatMap((message) =>
      message.role === "assistant"
        ? message.content.flatMap((part) => (part.type === "tool-call" ? [part.toolCallId] : []))
        : [],
    ),
  );
