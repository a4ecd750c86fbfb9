/** Server-sent events as text: where whole ones end, and one event taken apart and put together again. */

/** How much of the text is whole events; 0 when none is. */
function wholeEvents(text: string): number {
  // As it mostly comes: to look for the other form would read all of it.
  if (text.endsWith("\n\n") || text.endsWith("\r\n\r\n")) return text.length;
  const lf = text.lastIndexOf("\n\n");
  const crlf = text.lastIndexOf("\r\n\r\n");
  return Math.max(lf === -1 ? 0 : lf + 2, crlf === -1 ? 0 : crlf + 4);
}

/** An event that does not end within this is no event. */
const LONGEST_EVENT = 32 * 1024 * 1024;
/** An empty line may begin so much before a piece. */
const BEFORE = 3;

/** Events from a text that comes in pieces. Each piece is looked at once, however long its event becomes. */
export function eventsComing() {
  let parts: string[] = [];
  let length = 0;
  let last = "";
  const keep = (text: string): void => {
    parts.push(text);
    length += text.length;
    last = (last + text).slice(-BEFORE);
    if (length > LONGEST_EVENT) throw new Error(`an event of the stream is longer than ${LONGEST_EVENT}`);
  };
  const rest = (): string => parts.join("");
  return {
    /** null: none has ended yet. `asCame`: they are this piece, no more and no less. */
    add(text: string): { readonly events: string; readonly asCame: boolean } | null {
      if (wholeEvents(last + text) === 0) {
        keep(text);
        return null;
      }
      const all = rest() + text;
      const end = wholeEvents(all);
      const asCame = parts.length === 0 && end === all.length;
      parts = [];
      length = 0;
      last = "";
      if (end < all.length) keep(all.slice(end));
      return { events: all.slice(0, end), asCame };
    },
    rest,
  };
}

/** Each with its closing empty line. */
export const splitEvents = (block: string): string[] => block.split(/(?<=\r?\n\r?\n)/);

/** The JSON of an event's data lines; null for what is none (`[DONE]`, comments, pings without data). */
export function dataOf(event: string): unknown {
  const data = event
    .split(/\r?\n/)
    .flatMap((line) => (line.startsWith("data:") ? [line.slice(5).replace(/^ /, "")] : []))
    .join("\n");
  if (!data.startsWith("{")) return null;
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

export function eventOf(data: object): string {
  const { type } = data as { type?: unknown };
  return `${typeof type === "string" ? `event: ${type}\n` : ""}data: ${JSON.stringify(data)}\n\n`;
}
