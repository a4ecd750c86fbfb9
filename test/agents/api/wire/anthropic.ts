/** Anthropic messages: the streams that servers were seen to send, the broken ones too. */
import { type Scenarios, SHELL, WRITE } from "./scenario.ts";
import { pieces, stream } from "./server.ts";

export const event = (data: { type: string; [key: string]: unknown }): string =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

const INPUT = { input_tokens: 11, cache_creation_input_tokens: 100, cache_read_input_tokens: 205 };
export const begin = event({
  type: "message_start",
  message: {
    ...{ id: "msg_1", type: "message", role: "assistant", model: "m", content: [] },
    ...{ stop_reason: null, stop_sequence: null, usage: { ...INPUT, output_tokens: 2 } },
  },
});
export const finish = (reason: string, output = 77): string =>
  event({
    type: "message_delta",
    delta: { stop_reason: reason, stop_sequence: null },
    usage: { ...INPUT, output_tokens: output },
  }) + event({ type: "message_stop" });
const start = (index: number | undefined, content_block: object): string =>
  event({ type: "content_block_start", ...(index === undefined ? {} : { index }), content_block });
const delta = (index: number | undefined, more: object): string =>
  event({ type: "content_block_delta", ...(index === undefined ? {} : { index }), delta: more });
const stop = (index?: number): string =>
  event({ type: "content_block_stop", ...(index === undefined ? {} : { index }) });
const call = (index: number | undefined, id: string, name: string, input?: object): string =>
  start(index, { type: "tool_use", id, name, ...(input === undefined ? {} : { input }) });
const json = (index: number | undefined, text: string): string =>
  delta(index, { type: "input_json_delta", partial_json: text });
const all = (index: number | undefined, value: object): string =>
  pieces(JSON.stringify(value))
    .map((piece) => json(index, piece))
    .join("");
export const say = (index: number, text: string): string =>
  start(index, { type: "text", text: "" }) + delta(index, { type: "text_delta", text }) + stop(index);
export const callText = (index: number, id: string, name: string, text: string): string =>
  call(index, id, name, {}) + json(index, text) + stop(index);
const callWhole = (index: number, id: string, name: string, input: object): string =>
  callText(index, id, name, JSON.stringify(input));

const TOKENS = [11, 77, 205, 100, undefined];

function interleaved(): string {
  const [one, two] = [pieces(JSON.stringify(WRITE)), pieces(JSON.stringify(SHELL))];
  const mixed = one.flatMap((piece, nth) => [
    json(0, piece),
    ...(two[nth] === undefined ? [] : [json(1, two[nth])]),
  ]);
  const rest = two.slice(one.length).map((piece) => json(1, piece));
  return (
    call(0, "toolu_1", "write_file", {}) +
    call(1, "toolu_2", "shell", {}) +
    [...mixed, ...rest].join("") +
    stop(1) +
    stop(0)
  );
}

const end = finish("tool_use");
export const anthropic: Scenarios = {
  "deltas after an empty start": {
    reply: stream(begin + call(0, "toolu_1", "write_file", {}) + json(0, "") + all(0, WRITE) + stop(0) + end),
    calls: [["write_file", WRITE]],
    finish: "tool_calls",
    tokens: TOKENS,
  },
  "start input and the same again as deltas": {
    reply: stream(
      begin + say(0, "Hi") + call(1, "toolu_1", "write_file", WRITE) + all(1, WRITE) + stop(1) + end,
    ),
    calls: [["write_file", WRITE]],
    text: "Hi",
    repaired: "arguments in start and deltas",
  },
  "start input only": {
    reply: stream(begin + call(0, "toolu_1", "write_file", WRITE) + stop(0) + end),
    calls: [["write_file", WRITE]],
  },
  "start input and an empty delta": {
    reply: stream(begin + call(0, "toolu_1", "write_file", WRITE) + json(0, "") + stop(0) + end),
    calls: [["write_file", WRITE]],
  },
  "no input in the start": {
    reply: stream(begin + call(0, "toolu_1", "write_file") + all(0, WRITE) + stop(0) + end),
    calls: [["write_file", WRITE]],
  },
  "an empty start and nothing more": {
    reply: stream(begin + call(0, "toolu_1", "list_dir", {}) + stop(0) + end),
    calls: [["list_dir", {}]],
  },
  "two blocks interleaved": {
    reply: stream(begin + interleaved() + end),
    calls: [
      ["shell", SHELL],
      ["write_file", WRITE],
    ],
  },
  "no index at all": {
    reply: stream(
      begin + call(undefined, "toolu_1", "write_file", WRITE) + all(undefined, WRITE) + stop() + end,
    ),
    calls: [["write_file", WRITE]],
    repaired: "missing index",
  },
  "the stop reason end_turn with a call": {
    reply: stream(begin + callWhole(0, "toolu_1", "shell", SHELL) + finish("end_turn")),
    calls: [["shell", SHELL]],
    finish: "tool_calls",
  },
  "one id for two calls": {
    reply: stream(
      begin + callWhole(0, "same", "shell", SHELL) + callWhole(1, "same", "write_file", WRITE) + end,
    ),
    calls: [
      ["shell", SHELL],
      ["write_file", WRITE],
    ],
  },
  "arguments that are no JSON": {
    reply: stream(
      begin +
        call(0, "toolu_1", "write_file", {}) +
        json(0, '{"path": "x", "content": "no en') +
        stop(0) +
        end,
    ),
    calls: [["write_file", null]],
    finish: "tool_calls",
  },
  "an answer cut by its limit": {
    reply: stream(begin + say(0, "half a") + finish("max_tokens")),
    text: "half a",
    finish: "length",
  },
  "the end of the stream before the end of the answer": {
    reply: stream(begin + say(0, "Hi") + call(1, "toolu_1", "write_file", {}) + json(1, '{"pa')),
    failure: "stream_closed",
    tokens: [11, 2, 205, 100, undefined],
  },
  "a connection cut in mid-call": {
    reply: stream(begin + say(0, "Hi") + call(1, "toolu_1", "write_file", {}) + json(1, '{"pa'), "cut"),
    failure: "connection",
    tokens: [11, 2, 205, 100, undefined],
  },
  "an error after a part of the answer": {
    reply: stream(
      begin +
        say(0, "Hi") +
        event({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }),
    ),
    failure: "overloaded",
  },
  "an answer that filled the window": {
    reply: stream(begin + say(0, "half a") + finish("model_context_window_exceeded")),
    failure: "context_length",
  },
  "an answer of spaces": {
    reply: stream(begin + say(0, " \n ") + finish("end_turn")),
    failure: "stream_closed",
  },
  "a refusal": { reply: stream(begin + say(0, "I") + finish("refusal")), failure: "content_filter" },
  "a finish that nobody knows": {
    reply: stream(begin + say(0, "I") + finish("whim")),
    failure: "stream_closed",
  },
  "an answer without a word": { reply: stream(begin + finish("end_turn")), failure: "stream_closed" },
  "a stream of nothing": { reply: stream(""), failure: "stream_closed" },
  "pings between everything": {
    reply: stream(
      [
        begin,
        event({ type: "ping" }),
        ": still here\n\n",
        say(0, "Hi"),
        event({ type: "ping" }),
        finish("end_turn"),
      ].join(""),
    ),
    text: "Hi",
    finish: "stop",
  },
};
