/** R-FAIL-1: a reason travels verbatim up to 8 KB; beyond that it is cut, and says so. */
const REASON_LIMIT = 8192;
/** Tools print the cause first and the verdict last, so the end is kept as well. */
const TAIL = 2048;
/** Of a stage's own name for a failure; it is compared by its beginning alone. */
export const LONGEST_GIVEN = 400;

export interface Clipped {
  readonly text: string;
  readonly cut: boolean;
}

export function clip(text: string, limit: number = REASON_LIMIT): Clipped {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= limit) return { text, cut: false };
  const mark = `\n[… cut: ${bytes.length} bytes in all, the whole text is in the stage's files …]\n`;
  const room = Math.max(0, limit - new TextEncoder().encode(mark).length);
  const tail = Math.min(TAIL, room >> 2);
  const head = decode(bytes.subarray(0, room - tail));
  return { text: head + mark + decode(bytes.subarray(bytes.length - tail)), cut: true };
}

/** A character that the cut went through is dropped rather than shown as a replacement mark. */
const decode = (bytes: Uint8Array): string =>
  new TextDecoder().decode(bytes).replace(/^\ufffd+|\ufffd+$/g, "");
