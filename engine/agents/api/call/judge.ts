/** Whether a stream that came to its end was an answer. What is not surely one is a broken stream, never a success. */

import type { Wire } from "../stream/wire.ts";
import type { ModelAnswer } from "./answer.ts";
import { broken, type CallFailure, refusedCall } from "./failure.ts";

export type Finish = "stop" | "tool_calls" | "length";

export type CallVerdict = { readonly finish: Finish } | { readonly failure: CallFailure };

export function judgeAnswer(answer: ModelAnswer, wire: Wire): CallVerdict {
  const { finish, calls } = answer;
  if (finish === null) return cut("the stream ended without a finish");
  const known = new Set(calls.map(({ id }) => id));
  const lost = wire.listed.filter((id) => !known.has(id));
  if (lost.length > 0)
    return cut(`the answer lists tool calls that its stream did not hold: ${lost.slice(0, 5).join(", ")}`);
  const { unified, raw } = finish;
  if (unified === "interrupted") return cut("the stream was interrupted");
  if (unified === "length") {
    return raw === "model_context_window_exceeded"
      ? { failure: refusedCall("context_length", "the answer filled the model's context window") }
      : { finish: "length" };
  }
  if (unified === "content-filter") {
    return {
      failure: refusedCall("content_filter", `the provider withheld the answer (${raw ?? "content filter"})`),
    };
  }
  if (raw === "MALFORMED_FUNCTION_CALL") return cut("the provider says MALFORMED_FUNCTION_CALL", "stream");
  if (unified === "tool-calls" || (unified === "stop" && calls.length > 0)) {
    return calls.length > 0 ? { finish: "tool_calls" } : cut("the answer ends for tool calls and holds none");
  }
  // A word of its own for the same end.
  if (unified === "other" && calls.length > 0 && /tool|function/i.test(raw ?? ""))
    return { finish: "tool_calls" };
  if (unified !== "stop") return cut(`the answer ended with the unknown finish ${raw ?? unified}`);
  const empty = !answer.parts.some((part) => part.type === "text" && part.text.trim() !== "");
  return empty ? cut("the answer is empty") : { finish: "stop" };
}

const cut = (message: string, code = "stream_closed"): CallVerdict => ({ failure: broken(message, code) });
