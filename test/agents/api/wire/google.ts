/** Gemini's generateContent, streamed. */
import { type Scenarios, SHELL, WRITE } from "./scenario.ts";
import { stream } from "./server.ts";

const USAGE = {
  ...{ promptTokenCount: 310, cachedContentTokenCount: 200, candidatesTokenCount: 44 },
  ...{ thoughtsTokenCount: 33, totalTokenCount: 387 },
};
export const chunk = (parts: readonly object[], finishReason?: string): string =>
  `data: ${JSON.stringify({
    candidates: [
      {
        content: { role: "model", parts },
        ...(finishReason === undefined ? {} : { finishReason }),
        index: 0,
      },
    ],
    usageMetadata: USAGE,
    ...{ modelVersion: "m", responseId: "r1" },
  })}\r\n\r\n`;
const write = { functionCall: { name: "write_file", args: WRITE } };

export const google: Scenarios = {
  "one call": {
    reply: stream(chunk([write], "STOP")),
    calls: [["write_file", WRITE]],
    finish: "tool_calls",
    tokens: [110, 77, 200, undefined, 33],
  },
  "two calls in two chunks, with a signature": {
    reply: stream(
      chunk([{ thought: true, text: "hm" }]) +
        chunk([{ ...write, thoughtSignature: "SIG==" }]) +
        chunk([{ functionCall: { name: "shell", args: SHELL } }]) +
        chunk([{ text: "" }], "STOP"),
    ),
    calls: [
      ["write_file", WRITE],
      ["shell", SHELL],
    ],
  },
  "no arguments": {
    reply: stream(chunk([{ functionCall: { name: "list_dir" } }], "STOP")),
    calls: [["list_dir", {}]],
  },
  "a call that the provider could not read": {
    reply: stream(chunk([], "MALFORMED_FUNCTION_CALL")),
    failure: "stream",
  },
  "the end of the stream before the finish": {
    reply: stream(chunk([{ text: "half a" }])),
    failure: "stream_closed",
    tokens: [110, 77, 200, undefined, 33],
  },
  "a connection cut in mid-answer": {
    reply: stream(chunk([{ text: "half a" }]), "cut"),
    failure: "connection",
    tokens: [110, 77, 200, undefined, 33],
  },
  "a finish that nobody knows": { reply: stream(chunk([{ text: "I" }], "WHIM")), failure: "stream_closed" },
  "a question withheld": {
    reply: stream(
      `data: ${JSON.stringify({ promptFeedback: { blockReason: "PROHIBITED_CONTENT" }, usageMetadata: USAGE })}\n\n`,
    ),
    failure: "content_filter",
  },
  "an answer withheld": { reply: stream(chunk([{ text: "I" }], "SAFETY")), failure: "content_filter" },
  text: {
    reply: stream(chunk([{ text: "Do" }]) + chunk([{ text: "ne." }], "STOP")),
    text: "Done.",
    finish: "stop",
  },
};
