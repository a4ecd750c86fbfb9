/**
 * Pieces of one text that came together go on as one event. Each event costs its reader a parse, a check and several
 * promises; of a long answer that is most of what it costs this machine.
 */

import type { ApiProtocol } from "../provider.ts";

interface Mergeable {
  /** What the text of a delta stands behind. A quote inside a text is escaped, so none of these can stand in one. */
  readonly texts: readonly string[];
  /** An event that is one of those deltas, and begins nothing. */
  readonly is: (event: string) => boolean;
}

/** The two whose deltas have numbers of their own, or come whole, are left alone. */
const MERGEABLE: Readonly<Partial<Record<ApiProtocol, Mergeable>>> = {
  anthropic_messages: {
    texts: ['"partial_json":"', '"text":"', '"thinking":"'],
    is: (event) => event.includes('"content_block_delta"'),
  },
  openai_chat_completions: {
    texts: ['"arguments":"', '"content":"', '"reasoning_content":"'],
    is: (event) => event.includes('"delta"') && !event.includes('"name"'),
  },
};

interface Delta {
  /** Same head and tail: the same text goes on, with nothing else told. */
  readonly head: string;
  readonly text: string;
  readonly tail: string;
}

export function merged(events: string, protocol: ApiProtocol): string {
  const mergeable = MERGEABLE[protocol];
  return mergeable === undefined ? events : mergedBy(mergeable, events);
}

function mergedBy(mergeable: Mergeable, events: string): string {
  let out = "";
  let open: Delta | null = null;
  let texts = "";
  for (let from = 0; from < events.length; ) {
    const end = events.indexOf("\n\n", from);
    // The other form of line ends, or a rest: as it is.
    if (end === -1) return `${out}${closed(open, texts)}${events.slice(from)}`;
    const event = events.slice(from, end + 2);
    from = end + 2;
    const delta = deltaOf(mergeable, event);
    if (open !== null && delta !== null && delta.head === open.head && delta.tail === open.tail) {
      texts += delta.text;
      continue;
    }
    out += closed(open, texts);
    open = delta;
    texts = delta?.text ?? "";
    if (delta === null) out += event;
  }
  return out + closed(open, texts);
}

const closed = (open: Delta | null, texts: string): string =>
  open === null ? "" : open.head + texts + open.tail;

function deltaOf({ texts, is }: Mergeable, event: string): Delta | null {
  // A second line of data would be part of the same event.
  if (event.indexOf("data:") !== event.lastIndexOf("\ndata:") + 1 || !is(event)) return null;
  const found = texts.flatMap((before) => {
    const at = event.indexOf(before);
    return at === -1 ? [] : [at + before.length, ...(event.includes(before, at + 1) ? [-1] : [])];
  });
  const [from] = found;
  // With a second text in it, one of them would be told once in place of twice.
  if (from === undefined || found.length > 1) return null;
  const to = endOfText(event, from);
  return to === -1
    ? null
    : { head: event.slice(0, from), text: event.slice(from, to), tail: event.slice(to) };
}

/** Of the quote that is not escaped. */
function endOfText(event: string, from: number): number {
  for (let at = event.indexOf('"', from); at !== -1; at = event.indexOf('"', at + 1)) {
    let slashes = 0;
    while (at - slashes - 1 >= from && event[at - slashes - 1] === "\\") slashes++;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}
