/** JSON lines as they come from a process: bounded, whatever the process says. */
import { bytesToLines } from "../bytes-to-lines.ts";
import type { CliEvent } from "./adapter.ts";

/** A line beyond this is not kept in memory; its beginning is reported. */
const LINE_BYTES = 8 * 1024 * 1024;

export interface LineReader {
  take(chunk: Buffer): void;
  /** The last line may have no end. */
  close(): void;
}

export interface Listener {
  readonly onEvent: (event: CliEvent) => void;
  /** Text that is no JSON object, or a line that is too long: its beginning. */
  readonly onText: (line: string, bytes: number) => void;
}

/** More than is shown of it: it is masked as it stands, and cut after that. */
const HEAD_BYTES = 64 * 1024;

export function readJsonLines({ onEvent, onText }: Listener): LineReader {
  let parts: Buffer[] = [];
  let bytes = 0;
  const add = (part: Buffer): void => {
    if (bytes <= LINE_BYTES) parts.push(part);
    bytes += part.length;
    // Only the beginning of what is too long already.
    if (bytes > LINE_BYTES && parts.length > 0) parts = [Buffer.concat(parts).subarray(0, HEAD_BYTES)];
  };
  const end = (): void => {
    const length = bytes;
    const text = Buffer.concat(parts).toString("utf8").trim();
    parts = [];
    bytes = 0;
    if (text === "") return;
    const event = length > LINE_BYTES ? null : parse(text);
    if (event === null) onText(text.slice(0, HEAD_BYTES), length);
    else onEvent(event);
  };
  return {
    take: bytesToLines(add, end),
    close: end,
  };
}

function parse(text: string): CliEvent | null {
  if (!text.startsWith("{")) return null;
  try {
    return JSON.parse(text) as CliEvent;
  } catch {
    return null;
  }
}
