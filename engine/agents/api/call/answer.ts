/** What a model said in one call, gathered from its stream, as it goes back to the model in the next one. */

import type {
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
  LanguageModelV4ToolCallPart,
  LanguageModelV4Usage,
  SharedV4ProviderMetadata,
} from "@ai-sdk/provider";
import { isTooDeep } from "../../depth.ts";

export interface TextPart {
  readonly type: "text" | "reasoning";
  text: string;
  providerOptions?: SharedV4ProviderMetadata;
}

export interface ModelCall {
  id: string;
  readonly tool: string;
  /** As it came: JSON, or what was meant to be. */
  readonly input: string;
}

export interface ModelAnswer {
  readonly parts: (TextPart | LanguageModelV4ToolCallPart)[];
  readonly calls: ModelCall[];
  finish: LanguageModelV4FinishReason | null;
  usage: LanguageModelV4Usage | null;
  /** Said inside the stream. */
  errors: unknown[];
  /** What the SDK could not do as asked. */
  readonly warnings: string[];
  /** Anything of an answer came: from here on nothing is asked again. */
  begun: boolean;
}

export const newAnswer = (): ModelAnswer => ({
  parts: [],
  calls: [],
  finish: null,
  usage: null,
  errors: [],
  warnings: [],
  begun: false,
});

export const answerText = ({ parts }: ModelAnswer): string =>
  parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("");

type Open = Map<string, TextPart>;

/** Reads the stream to its end; what came before it broke is in `answer`. */
export async function gather(
  stream: ReadableStream<LanguageModelV4StreamPart>,
  answer: ModelAnswer,
): Promise<void> {
  const open: Open = new Map();
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    // Most of a long answer, and it comes once more in one piece.
    if (value.type !== "tool-input-delta") take(value, answer, open);
  }
}

function take(part: LanguageModelV4StreamPart, answer: ModelAnswer, open: Open): void {
  switch (part.type) {
    case "stream-start":
      answer.warnings.push(...part.warnings.map((warning) => JSON.stringify(warning)));
      return;
    case "text-start":
    case "reasoning-start": {
      const type = part.type === "text-start" ? "text" : "reasoning";
      const made: TextPart = { type, text: "" };
      keepMetadata(made, part.providerMetadata);
      answer.parts.push(made);
      open.set(`${type} ${part.id}`, made);
      answer.begun = true;
      return;
    }
    case "text-delta":
    case "reasoning-delta": {
      const found = open.get(`${part.type === "text-delta" ? "text" : "reasoning"} ${part.id}`);
      if (!found) return;
      found.text += part.delta;
      keepMetadata(found, part.providerMetadata);
      return;
    }
    case "text-end":
    case "reasoning-end": {
      const key = `${part.type === "text-end" ? "text" : "reasoning"} ${part.id}`;
      const found = open.get(key);
      if (found) keepMetadata(found, part.providerMetadata);
      open.delete(key);
      return;
    }
    case "tool-input-start":
      answer.begun = true;
      return;
    case "tool-call":
      answer.begun = true;
      addCall(answer, part);
      return;
    case "finish":
      answer.finish = part.finishReason;
      answer.usage = part.usage;
      return;
    case "error":
      answer.errors.push(part.error);
      return;
    default:
  }
}

function addCall(answer: ModelAnswer, part: Extract<LanguageModelV4StreamPart, { type: "tool-call" }>): void {
  const input = part.input.trim() === "" ? "{}" : part.input;
  answer.calls.push({ id: part.toolCallId, tool: part.toolName, input });
  answer.parts.push({
    type: "tool-call",
    toolCallId: part.toolCallId,
    toolName: part.toolName,
    input: replayable(input),
    ...(part.providerMetadata === undefined ? {} : { providerOptions: part.providerMetadata }),
  });
}

/** Every protocol wants an object here; a text that is none goes back under a name that says so. */
function replayable(input: string): unknown {
  try {
    const parsed: unknown = JSON.parse(input);
    if (parsed !== null && typeof parsed === "object" && !Array.isArray(parsed) && !isTooDeep(parsed))
      return parsed;
  } catch {
    // Not JSON at all.
  }
  return { invalid_arguments: input };
}

/** Signatures and ids come with the start, a delta or the end of a part. */
function keepMetadata(part: TextPart, metadata: SharedV4ProviderMetadata | undefined): void {
  if (metadata === undefined) return;
  const merged = { ...part.providerOptions };
  for (const [provider, values] of Object.entries(metadata))
    merged[provider] = { ...merged[provider], ...values };
  part.providerOptions = merged;
}
