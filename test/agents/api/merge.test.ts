/** Deltas that came together go on as one event, and tell what they told. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ApiProtocol } from "../../../engine/agents/api/provider.ts";
import { splitEvents } from "../../../engine/agents/api/stream/events.ts";
import { merged } from "../../../engine/agents/api/stream/merge.ts";

const sse = (data: object): string => {
  const { type } = data as { type?: string };
  return `${type === undefined ? "" : `event: ${type}\n`}data: ${JSON.stringify(data)}\n\n`;
};

interface Piece {
  readonly index: number;
  readonly kind: "text" | "thinking" | "partial_json" | "arguments" | "content" | "reasoning_content";
  readonly text: string;
}

const anthropic = ({ index, kind, text }: Piece): string => {
  const types = { text: "text_delta", thinking: "thinking_delta" } as Record<string, string>;
  return sse({
    type: "content_block_delta",
    index,
    delta: { type: types[kind] ?? "input_json_delta", [kind]: text },
  });
};

const chat = ({ index, kind, text }: Piece): string => {
  const delta =
    kind === "arguments" ? { tool_calls: [{ index, function: { arguments: text } }] } : { [kind]: text };
  return sse({
    id: "c",
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason: null }],
  });
};

/** What a reader of the stream gets: the text of every block, in the order in which it grew. */
function told(events: string): string[] {
  const out: [string, string][] = [];
  for (const event of splitEvents(events).filter(Boolean)) {
    const { index, delta, choices } = JSON.parse(/(?:^|\n)data: ([^\n]*)/.exec(event)![1]!);
    const fields = delta ?? choices[0].delta;
    const call = fields.tool_calls?.[0];
    const all = call === undefined ? fields : { [`${call.index}`]: call.function.arguments };
    for (const [key, text] of Object.entries(all)) {
      if (key === "type") continue;
      const name = `${index ?? 0} ${key}`;
      if (out.at(-1)?.[0] === name) out.at(-1)![1] += text as string;
      else out.push([name, text as string]);
    }
  }
  return out.map(([name, text]) => `${name}: ${text}`);
}

const pieces = (kinds: readonly Piece["kind"][]) =>
  fc.array(
    fc.record({
      index: fc.nat(1),
      kind: fc.constantFrom(...kinds),
      text: fc.oneof(
        fc.string({ unit: "binary" }),
        fc.constantFrom(
          '"',
          "\\",
          '\\"',
          '"text":"',
          "data: x\n\n",
          '{"a":"',
          "\n\ndata:",
          '"name"',
          "}}",
          "\u2028",
        ),
      ),
    }),
    { maxLength: 20 },
  );

describe("R-AGENT-2: deltas that came together", () => {
  it.each([
    ["anthropic_messages", anthropic, ["text", "thinking", "partial_json"]],
    ["openai_chat_completions", chat, ["arguments", "content", "reasoning_content"]],
  ] as const)("%s: whatever is in them, they tell the same in the same order", (protocol, write, kinds) => {
    fc.assert(
      fc.property(pieces(kinds), (all) => {
        const events = all.map(write).join("");
        const out = merged(events, protocol);
        expect(told(out)).toEqual(told(events));
        for (const event of splitEvents(out).filter(Boolean)) expect(event.endsWith("\n\n")).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("ten of one block are one event; those of two blocks stay apart", () => {
    const of = (index: number) => (text: string) => anthropic({ index, kind: "partial_json", text });
    const ten = Array.from({ length: 10 }, (_, n) => of(0)(`${n}`)).join("");
    expect(splitEvents(merged(ten, "anthropic_messages")).filter(Boolean)).toHaveLength(1);
    const two = of(0)("a") + of(1)("b") + of(0)("c");
    expect(merged(two, "anthropic_messages")).toBe(two);
  });

  it.each([
    [
      "a call that begins",
      "openai_chat_completions",
      { tool_calls: [{ index: 0, function: { name: "a", arguments: "{}" } }] },
    ],
    [
      "two calls in one event",
      "openai_chat_completions",
      {
        tool_calls: [
          { index: 0, function: { arguments: "x" } },
          { index: 1, function: { arguments: "y" } },
        ],
      },
    ],
    [
      "a text beside a call",
      "openai_chat_completions",
      { content: "x", tool_calls: [{ index: 0, function: { arguments: "y" } }] },
    ],
  ] as const)("%s is told as often as it came", (_what, protocol, delta) => {
    const event = sse({ object: "chat.completion.chunk", choices: [{ index: 0, delta }] });
    expect(merged(event + event, protocol as ApiProtocol)).toBe(event + event);
  });

  it.each(["openai_responses", "google_generate_content"] as const)("%s is left alone", (protocol) => {
    const event = sse({ candidates: [{ content: { parts: [{ text: "a" }] } }] });
    expect(merged(event + event, protocol)).toBe(event + event);
  });

  it("other line ends, a second line of data and a rest without an end stay as they are", () => {
    const crlf = anthropic({ index: 0, kind: "text", text: "a" }).replaceAll("\n", "\r\n");
    const lines =
      'event: content_block_delta\ndata: {"type":"content_block_delta","delta":\ndata: {"text":"a"}}\n\n';
    for (const text of [crlf + crlf, lines + lines, "data: {"])
      expect(merged(text, "anthropic_messages")).toBe(text);
  });
});
