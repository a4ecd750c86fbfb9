/**
 * Anthropic messages, as others speak them: a tool call's arguments may come whole in the block's start, by deltas, or
 * both ways at once (kimi). What the start holds is kept back until the block tells which; the deltas win (R-AGENT-2).
 */
import { dataOf, eventOf } from "./events.ts";
import type { Repair } from "./repair.ts";
import type { Wire } from "./wire.ts";

interface Block {
  readonly index: number;
  held: object | null;
}

interface Data {
  readonly type?: string;
  readonly index?: number;
  readonly content_block?: { readonly type?: string; readonly input?: unknown };
  readonly delta?: { readonly type?: string; readonly partial_json?: string };
}

export function anthropicRepair(wire: Wire): Repair {
  const blocks = new Map<number, Block>();
  let latest = -1;
  /** Something is kept back, or indexes are missing: every event must be looked at. */
  let attentive = false;

  const started = (data: Data): string | null => {
    const index = data.index ?? latest + 1;
    latest = index;
    const missing = data.index === undefined;
    if (missing) wire.repairs.add("missing index");
    attentive ||= missing;
    const { content_block } = data;
    const { input } = content_block ?? {};
    const whole = content_block?.type === "tool_use" && isFilled(input);
    if (content_block?.type === "tool_use")
      blocks.set(index, { index, held: whole ? (input as object) : null });
    attentive ||= whole;
    if (!whole && !missing) return null;
    return eventOf({
      ...data,
      index,
      content_block: whole ? { ...content_block, input: {} } : content_block,
    });
  };

  const continued = (data: Data): string | null => {
    const index = data.index ?? latest;
    const block = blocks.get(index);
    if (block?.held && data.delta?.type === "input_json_delta" && data.delta.partial_json) {
      block.held = null;
      wire.repairs.add("arguments in start and deltas");
    }
    return data.index === undefined ? eventOf({ ...data, index }) : null;
  };

  const stopped = (data: Data): string | null => {
    const index = data.index ?? latest;
    const held = blocks.get(index)?.held ?? null;
    blocks.delete(index);
    if (held === null) return data.index === undefined ? eventOf({ ...data, index }) : null;
    const delta = { type: "input_json_delta", partial_json: JSON.stringify(held) };
    return eventOf({ type: "content_block_delta", index, delta }) + eventOf({ ...data, index });
  };

  return {
    // Three searches are quicker than one expression, and every byte of an answer passes here.
    concerns: (text) =>
      attentive ||
      text.includes("content_block_start") ||
      text.includes("message_start") ||
      text.includes("message_delta"),
    event(event) {
      if (event.includes("message_start") || event.includes("message_delta")) wire.usage.push(event);
      const data = dataOf(event) as Data | null;
      if (data?.type === "content_block_start") return started(data);
      if (data?.type === "content_block_delta") return continued(data);
      if (data?.type === "content_block_stop") return stopped(data);
      return null;
    },
    end: () => "",
  };
}

const isFilled = (input: unknown): boolean =>
  input !== null && typeof input === "object" && Object.keys(input).length > 0;
