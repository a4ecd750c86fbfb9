/** Chat completions: the streams that servers were seen to send, the broken ones too. */
import { type Scenarios, SHELL, WRITE } from "./scenario.ts";
import { pieces, stream } from "./server.ts";

const frame = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
export const chunk = (delta: object, finish_reason: string | null = null): string =>
  frame({
    ...{ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "m" },
    choices: [{ index: 0, delta, finish_reason }],
  });
const USAGE = {
  ...{ prompt_tokens: 310, completion_tokens: 77, total_tokens: 387 },
  prompt_tokens_details: { cached_tokens: 200 },
  completion_tokens_details: { reasoning_tokens: 33 },
};
export const usage = `${frame({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "m", choices: [], usage: USAGE })}data: [DONE]\n\n`;
export const begin = chunk({ role: "assistant", content: "" });

interface Part {
  readonly index?: number;
  readonly id?: string;
  readonly name?: string;
  readonly args?: string;
}
export const call = (...parts: readonly Part[]): string =>
  chunk({
    tool_calls: parts.map(({ index, id, name, args }) => ({
      ...(index === undefined ? {} : { index }),
      ...(id === undefined ? {} : { id, type: "function" }),
      function: {
        ...(name === undefined ? {} : { name }),
        ...(args === undefined ? {} : { arguments: args }),
      },
    })),
  });
const W = JSON.stringify(WRITE);
const S = JSON.stringify(SHELL);
const rest = (index: number | undefined, text: string): string =>
  pieces(text)
    .map((args) => call({ ...(index === undefined ? {} : { index }), args }))
    .join("");
export const end = chunk({}, "tool_calls") + usage;
const first = { index: 0, id: "call_1", name: "write_file" };

function interleaved(): string {
  const [one, two] = [pieces(W), pieces(S)];
  return one
    .map(
      (args, nth) =>
        call({ index: 0, args }) + (two[nth] === undefined ? "" : call({ index: 1, args: two[nth] })),
    )
    .join("");
}

const both = [
  ["write_file", WRITE],
  ["shell", SHELL],
] as const;

export const chat: Scenarios = {
  "an empty start and deltas": {
    reply: stream(begin + call({ ...first, args: "" }) + rest(0, W) + end),
    calls: [["write_file", WRITE]],
    finish: "tool_calls",
    tokens: [110, 77, 200, undefined, 33],
  },
  "a part in the start and deltas": {
    reply: stream(begin + call({ ...first, args: W.slice(0, 9) }) + rest(0, W.slice(9)) + end),
    calls: [["write_file", WRITE]],
  },
  "whole arguments at the start": {
    reply: stream(begin + call({ ...first, args: W }) + end),
    calls: [["write_file", WRITE]],
  },
  "whole arguments at the start and again by deltas": {
    reply: stream(begin + call({ ...first, args: W }) + rest(0, W) + end),
    calls: [["write_file", WRITE]],
    repaired: "arguments in start and deltas",
  },
  "an empty object at the start and deltas": {
    reply: stream(begin + call({ ...first, args: "{}" }) + rest(0, W) + end),
    calls: [["write_file", WRITE]],
    repaired: "arguments in start and deltas",
  },
  "an empty object and nothing more": {
    reply: stream(begin + call({ index: 0, id: "call_1", name: "list_dir", args: "{}" }) + end),
    calls: [["list_dir", {}]],
  },
  "no arguments at all": {
    reply: stream(begin + call({ index: 0, id: "call_1", name: "list_dir" }) + end),
    calls: [["list_dir", {}]],
  },
  "two calls interleaved": {
    reply: stream(
      begin +
        call({ ...first, args: "" }, { index: 1, id: "call_2", name: "shell", args: "" }) +
        interleaved() +
        end,
    ),
    calls: both,
  },
  "id and name in every fragment": {
    reply: stream(
      begin +
        pieces(W)
          .map((args) => call({ ...first, args }))
          .join("") +
        end,
    ),
    calls: [["write_file", WRITE]],
  },
  "two calls without an index": {
    reply: stream(
      begin +
        call({ id: "call_1", name: "write_file", args: W }) +
        call({ id: "call_2", name: "shell", args: S }) +
        end,
    ),
    calls: both,
    repaired: "missing index",
  },
  "one call without an index, in fragments": {
    reply: stream(begin + call({ id: "call_1", name: "write_file", args: "" }) + rest(undefined, W) + end),
    calls: [["write_file", WRITE]],
    repaired: "missing index",
  },
  "one index for two calls": {
    reply: stream(
      begin + call({ ...first, args: W }) + call({ index: 0, id: "call_2", name: "shell", args: S }) + end,
    ),
    calls: both,
    repaired: "one index for two calls",
  },
  "one id for two calls": {
    reply: stream(
      begin + call({ ...first, args: W }) + call({ index: 1, id: "call_1", name: "shell", args: S }) + end,
    ),
    calls: both,
  },
  "the name in a later fragment": {
    reply: stream(
      begin +
        call({ index: 0, id: "call_1", args: "" }) +
        call({ index: 0, name: "write_file", args: W }) +
        end,
    ),
    calls: [["write_file", WRITE]],
  },
  "everything in the chunk that finishes": {
    reply: stream(
      begin +
        chunk(
          {
            tool_calls: [
              { index: 0, id: "call_1", type: "function", function: { name: "write_file", arguments: W } },
            ],
          },
          "tool_calls",
        ) +
        usage,
    ),
    calls: [["write_file", WRITE]],
  },
  "the finish reason stop with a call": {
    reply: stream(begin + call({ ...first, args: W }) + chunk({}, "stop") + usage),
    calls: [["write_file", WRITE]],
    finish: "tool_calls",
  },
  "reasoning beside the answer": {
    reply: stream(
      begin +
        chunk({ reasoning_content: "let me " }) +
        chunk({ reasoning_content: "think" }) +
        chunk({ content: "Done." }) +
        chunk({}, "stop") +
        usage,
    ),
    text: "Done.",
    finish: "stop",
  },
  "arguments that are no JSON": {
    reply: stream(begin + call({ ...first, args: '{"path": "x", "con' }) + end),
    calls: [["write_file", null]],
  },
  "an answer cut by its limit": {
    reply: stream(begin + chunk({ content: "half" }) + chunk({}, "length") + usage),
    text: "half",
    finish: "length",
  },
  "the end of the stream before the finish": {
    reply: stream(begin + call({ ...first, args: '{"pa' })),
    failure: "stream_closed",
    tokens: [],
  },
  "two calls without index and id": {
    reply: stream(begin + call({ name: "write_file", args: W }) + call({ name: "shell", args: S }) + end),
    calls: both,
    repaired: "missing index",
  },
  "whole arguments and more that is none": {
    reply: stream(begin + call({ ...first, args: W }) + call({ index: 0, args: "junk" }) + end),
    calls: [["write_file", null]],
  },
  "the finish tool_calls without a call": {
    reply: stream(begin + chunk({ content: "Hi" }) + end),
    failure: "stream_closed",
  },
  "a finish that nobody knows": {
    reply: stream(begin + chunk({ content: "Hi" }) + chunk({}, "whim") + usage),
    failure: "stream_closed",
  },
  "a refusal": {
    reply: stream(begin + chunk({ refusal: "No." }) + chunk({}, "stop") + usage),
    failure: "content_filter",
  },
  "a connection cut after its usage was told": {
    reply: stream(begin + chunk({ content: "Hi" }) + usage.split("data: [DONE]")[0], "cut"),
    failure: "connection",
    tokens: [110, 77, 200, undefined, 33],
  },
  "a connection cut in mid-call": {
    reply: stream(begin + call({ ...first, args: '{"pa' }), "cut"),
    failure: "connection",
  },
  "an error inside the stream": {
    reply: stream(
      begin +
        chunk({ content: "Hi" }) +
        frame({ error: { message: "slow down", code: "rate_limit_exceeded" } }),
    ),
    failure: "rate_limit",
  },
  "no empty line at the very end": {
    reply: stream((begin + chunk({ content: "Hi" }) + chunk({}, "stop")).trimEnd()),
    text: "Hi",
    finish: "stop",
  },
};
