/** OpenAI Responses: the streams that servers were seen to send, the broken ones too. */
import { type Scenarios, SHELL, WRITE } from "./scenario.ts";
import { pieces, stream } from "./server.ts";

let sequence = 0;
const event = (data: { type: string; [key: string]: unknown }): string =>
  `event: ${data.type}\ndata: ${JSON.stringify({ ...data, sequence_number: sequence++ })}\n\n`;
const response = (status: string, output: readonly object[], more: object = {}): object => ({
  ...{ id: "resp_1", object: "response", created_at: 1, status, model: "m", output },
  ...{ usage: null, error: null, incomplete_details: null, ...more },
});
const USAGE = {
  ...{ input_tokens: 310, input_tokens_details: { cached_tokens: 200 } },
  ...{ output_tokens: 77, output_tokens_details: { reasoning_tokens: 33 }, total_tokens: 387 },
};
export const begin = event({ type: "response.created", response: response("in_progress", []) });
export const end = (output: readonly object[]): string =>
  event({ type: "response.completed", response: response("completed", output, { usage: USAGE }) });
export const item = (nth: number, name: string, args: string, status: string): object => ({
  ...{ type: "function_call", id: `fc_${nth}`, call_id: `call_${nth}`, name, arguments: args, status },
});
export const added = (nth: number, name: string, args = ""): string =>
  event({
    type: "response.output_item.added",
    output_index: nth,
    item: item(nth, name, args, "in_progress"),
  });
const delta = (nth: number, text: string): string =>
  event({
    type: "response.function_call_arguments.delta",
    item_id: `fc_${nth}`,
    output_index: nth,
    delta: text,
  });
const done = (nth: number, name: string, args: string): string =>
  event({
    type: "response.function_call_arguments.done",
    item_id: `fc_${nth}`,
    output_index: nth,
    name,
    arguments: args,
  });
export const itemDone = (nth: number, name: string, args: string): string =>
  event({ type: "response.output_item.done", output_index: nth, item: item(nth, name, args, "completed") });
const W = JSON.stringify(WRITE);
const S = JSON.stringify(SHELL);
const one = [item(0, "write_file", W, "completed")];
const two = [...one, item(1, "shell", S, "completed")];
const deltas = pieces(W)
  .map((piece) => delta(0, piece))
  .join("");
export const message = (text: string): string => {
  const part = { type: "output_text", text: "", annotations: [] };
  const whole = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    status: "completed",
    content: [{ ...part, text }],
  };
  return (
    event({
      type: "response.output_item.added",
      output_index: 0,
      item: { ...whole, status: "in_progress", content: [] },
    }) +
    event({
      type: "response.content_part.added",
      item_id: "msg_1",
      output_index: 0,
      content_index: 0,
      part,
    }) +
    event({
      type: "response.output_text.delta",
      item_id: "msg_1",
      output_index: 0,
      content_index: 0,
      delta: text,
    }) +
    event({ type: "response.output_item.done", output_index: 0, item: whole })
  );
};

function interleaved(): string {
  const [a, b] = [pieces(W), pieces(S)];
  return a.map((piece, nth) => delta(0, piece) + (b[nth] === undefined ? "" : delta(1, b[nth]))).join("");
}

export const responses: Scenarios = {
  "an empty start and deltas": {
    reply: stream(
      begin +
        added(0, "write_file") +
        deltas +
        done(0, "write_file", W) +
        itemDone(0, "write_file", W) +
        end(one),
    ),
    calls: [["write_file", WRITE]],
    finish: "tool_calls",
    tokens: [110, 77, 200, undefined, 33],
  },
  "whole arguments at the start and again by deltas": {
    reply: stream(begin + added(0, "write_file", W) + deltas + itemDone(0, "write_file", W) + end(one)),
    calls: [["write_file", WRITE]],
  },
  "whole arguments at the end only": {
    reply: stream(begin + added(0, "write_file") + itemDone(0, "write_file", W) + end(one)),
    calls: [["write_file", WRITE]],
  },
  "two calls interleaved": {
    reply: stream(
      begin +
        added(0, "write_file") +
        added(1, "shell") +
        interleaved() +
        itemDone(1, "shell", S) +
        itemDone(0, "write_file", W) +
        end(two),
    ),
    calls: [
      ["shell", SHELL],
      ["write_file", WRITE],
    ],
  },
  "a call that is never closed": {
    reply: stream(begin + added(0, "write_file") + deltas + end(one)),
    failure: "stream_closed",
  },
  "a call in the end's list only": {
    reply: stream(begin + end(one)),
    failure: "stream_closed",
    tokens: [110, 77, 200, undefined, 33],
  },
  "text, and a call in the end's list only": {
    reply: stream(begin + message("Hi") + end(one)),
    failure: "stream_closed",
  },
  "the end of the stream before the answer's": {
    reply: stream(begin + added(0, "write_file") + deltas + itemDone(0, "write_file", W)),
    failure: "stream_closed",
    tokens: [],
  },
  "text and its end": { reply: stream(begin + message("Done.") + end([])), text: "Done.", finish: "stop" },
  "text whose end never comes": { reply: stream(begin + message("Done.")), failure: "stream_closed" },
  "a failed response": {
    reply: stream(
      begin +
        message("Hi") +
        event({
          type: "response.failed",
          response: response("failed", [], { error: { code: "server_error", message: "boom" } }),
        }),
    ),
    failure: "server",
  },
  "an empty account, said in the stream": {
    reply: stream(
      begin +
        message("Hi") +
        event({ type: "error", code: "insufficient_quota", message: "no credit", param: null }),
    ),
    failure: "quota",
  },
};
