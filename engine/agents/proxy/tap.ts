/** Reads the JSON of an answer while it passes by, and keeps none of it. */
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

const LINE_END = 10;
/** In every line that tells what was used, and in few others: the rest of an answer is not read. */
const TELLS = "usage";

/** Every field of these events stands on one line. */
function sseTap(onPart: (part: Fields) => void): Tap {
  /** The line that has begun. */
  let parts: Buffer[] = [];
  let bytes = 0;
  const add = (part: Buffer): void => {
    bytes += part.length;
    if (bytes <= PART_BYTES) parts.push(part);
    else parts = [];
  };
  const end = (): void => {
    tellingLines(Buffer.concat(parts), onPart);
    parts = [];
    bytes = 0;
  };
  return {
    take(chunk) {
      if (bytes === 0 && chunk.at(-1) === LINE_END) return tellingLines(chunk, onPart);
      const first = chunk.indexOf(LINE_END);
      if (first === -1) return add(chunk);
      add(chunk.subarray(0, first));
      end();
      const last = chunk.lastIndexOf(LINE_END);
      tellingLines(chunk.subarray(first + 1, last + 1), onPart);
      if (last + 1 < chunk.length) add(chunk.subarray(last + 1));
    },
    end,
  };
}

/** Looks at whole lines together: of a thousand one or two tell something. */
function tellingLines(lines: Buffer, onPart: (part: Fields) => void): void {
  for (let at = lines.indexOf(TELLS); at !== -1; ) {
    const end = lines.indexOf(LINE_END, at);
    const line = lines.subarray(lines.lastIndexOf(LINE_END, at) + 1, end === -1 ? lines.length : end);
    const text = line.toString("utf8");
    if (text.startsWith("data:")) give(text.slice("data:".length), onPart);
    at = end === -1 ? -1 : lines.indexOf(TELLS, end);
  }
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
