/** Server-sent events as text: where whole ones end, and one event taken apart and put together again. */

/** How much of the text is whole events; 0 when none is. */
export function wholeEvents(text: string): number {
  // As it mostly comes: to look for the other form would read all of it.
  if (text.endsWith("\n\n") || text.endsWith("\r\n\r\n")) return text.length;
  const lf = text.lastIndexOf("\n\n");
  const crlf = text.lastIndexOf("\r\n\r\n");
  return Math.max(lf === -1 ? 0 : lf + 2, crlf === -1 ? 0 : crlf + 4);
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
