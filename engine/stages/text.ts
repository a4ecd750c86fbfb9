/** Cutting text to a size, always with a mark that says so. */

/** UTF-8 bytes; the mark counts. */
export function cutEnd(text: string, maxBytes: number): string {
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return text;
  const mark = ` [... ${bytes} bytes, cut]`;
  return keepHead(text, Math.max(0, maxBytes - mark.length)) + mark;
}

/** Keeps both ends: beginnings name what ran, endings say why it stopped. */
export function cutMiddle(text: string, maxBytes: number): string {
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return text;
  const mark = `\n[... cut, ${bytes} bytes in all ...]\n`;
  const head = Math.floor((maxBytes - mark.length) / 3);
  return keepHead(text, head) + mark + keepTail(text, maxBytes - mark.length - head);
}

function keepHead(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  let end = Math.min(maxBytes, bytes.length);
  while (end > 0 && isInside(bytes[end])) end--;
  return bytes.subarray(0, end).toString("utf8");
}

function keepTail(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  let start = Math.max(0, bytes.length - maxBytes);
  while (isInside(bytes[start])) start++;
  return bytes.subarray(start).toString("utf8");
}

/** A continuation byte of a UTF-8 character. */
const isInside = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** One line, for a place where only one fits. */
export const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();
