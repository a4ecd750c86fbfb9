/** A model that says and calls what a test wrote down, in each of the four protocols. */
import type { ApiProtocol } from "../../../../engine/agents/api/provider.ts";
import * as anthropic from "./anthropic.ts";
import * as chat from "./chat.ts";
import * as google from "./google.ts";
import * as responses from "./responses.ts";
import { type Reply, stream } from "./server.ts";

/** A text in place of arguments goes out as it is. */
export type ScriptCall = readonly [tool: string, input: object | string];

export interface Turn {
  readonly text?: string;
  readonly calls?: readonly ScriptCall[];
}

export const PROTOCOLS: readonly ApiProtocol[] = [
  "anthropic_messages",
  "openai_chat_completions",
  "openai_responses",
  "google_generate_content",
];

const raw = (input: object | string): string => (typeof input === "string" ? input : JSON.stringify(input));

const SPOKEN: Readonly<Record<ApiProtocol, (turn: Turn, nth: number) => string>> = {
  anthropic_messages({ text, calls = [] }, nth) {
    const said = text === undefined ? "" : anthropic.say(0, text);
    const asked = calls.map(([tool, input], at) =>
      anthropic.callText(at + 1, `toolu_${nth}_${at}`, tool, raw(input)),
    );
    return (
      anthropic.begin + said + asked.join("") + anthropic.finish(calls.length > 0 ? "tool_use" : "end_turn")
    );
  },
  openai_chat_completions({ text, calls = [] }, nth) {
    const said = text === undefined ? "" : chat.chunk({ content: text });
    const asked = calls.map(([name, input], index) =>
      chat.call({ index, id: `call_${nth}_${index}`, name, args: raw(input) }),
    );
    return (
      chat.begin +
      said +
      asked.join("") +
      chat.chunk({}, calls.length > 0 ? "tool_calls" : "stop") +
      chat.usage
    );
  },
  openai_responses({ text, calls = [] }, nth) {
    const said = text === undefined ? "" : responses.message(text);
    const number = (at: number) => nth * 10 + at;
    const asked = calls.map(
      ([tool, input], at) =>
        responses.added(number(at), tool) + responses.itemDone(number(at), tool, raw(input)),
    );
    const listed = calls.map(([tool, input], at) =>
      responses.item(number(at), tool, raw(input), "completed"),
    );
    return responses.begin + said + asked.join("") + responses.end(listed);
  },
  google_generate_content({ text, calls = [] }) {
    const said = text === undefined ? [] : [{ text }];
    const asked = calls.map(([name, args]) => ({ functionCall: { name, args } }));
    return google.chunk([...said, ...asked], "STOP");
  },
};

export const spoken = (protocol: ApiProtocol, turn: Turn, nth = 0): Reply =>
  stream(SPOKEN[protocol](turn, nth));
