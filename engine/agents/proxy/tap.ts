/** Reads the JSON of an answer while it passes by, and keeps none of it. */
import { bytesToLines } from "../bytes-to-lines.ts";
import { type Fields, fieldsOf } from "../cli/fields.ts";

export interface Tap {
  take(chunk: Buffer): void;
  end(): void;
}

/** A part beyond this is no report of usage. */
const PART_BYTES = 8 * 1024 * 1024;

export function tapOf(contentType: string, onPart: (part: Fields) => void): Tap {
  return /event-stream/i.test(contentType) ? sseTap(onPart) : jsonTap(onPart);
}

const EMPTY = Buffer.alloc(0);
/** In every line that tells what was used, and in few others: the rest of an answer is not read. */
const TELLS = "usage";

/** Every field of these events stands on one line. */
function sseTap(onPart: (part: Fields) => void): Tap {
  let parts: Buffer[] = [];
  let bytes = 0;
  const add = (part: Buffer): void => {
    bytes += part.length;
    if (bytes <= PART_BYTES) parts.push(part);
    else parts = [];
  };
  const line = (): void => {
    const whole = bytes > PART_BYTES ? EMPTY : Buffer.concat(parts);
    parts = [];
    bytes = 0;
    if (!whole.includes(TELLS)) return;
    const text = whole.toString("utf8");
    if (text.startsWith("data:")) give(text.slice("data:".length), onPart);
  };
  return {
    take: bytesToLines(add, line),
    end: line,
  };
}

function jsonTap(onPart: (part: Fields) => void): Tap {
  let parts: Buffer[] = [];
  let bytes = 0;
  return {
    take(chunk) {
      bytes += chunk.length;
      if (bytes <= PART_BYTES) parts.push(chunk);
      else parts = [];
    },
    end() {
      if (bytes <= PART_BYTES) give(Buffer.concat(parts).toString("utf8"), onPart);
      parts = [];
    },
  };
}

function give(text: string, onPart: (part: Fields) => void): void {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return;
  }
  for (const part of Array.isArray(json) ? json : [json]) onPart(fieldsOf(part));
}
