/** An attempt's files for people: what it was asked, what it said and did. A stage may have put links there: none is followed. */
import { closeSync, readSync } from "node:fs";
import { heldBelow } from "../git/held-folder.ts";
import { openHeld } from "../git/plain-file.ts";

/** In the order in which a person asks for them. */
const KNOWN = [
  ["prompt.md", "prompt"],
  ["response.md", "answer"],
  ["events.ndjson", "tool calls"],
  ["stdout.log", "output"],
  ["stderr.log", "errors"],
  ["status.json", "status"],
] as const;
export type AttemptFileName = (typeof KNOWN)[number][0];

export interface AttemptFile {
  readonly name: AttemptFileName;
  readonly title: string;
  readonly bytes: number;
}

export const attemptFileNamed = (name: string): AttemptFileName | null =>
  KNOWN.find(([known]) => known === name)?.[0] ?? null;

/** Those that are there and hold something. */
export function attemptFiles(root: string, folder: string): AttemptFile[] {
  return KNOWN.flatMap(([name, title]) => {
    const bytes = sizeOf(root, folder, name);
    return bytes === 0 ? [] : [{ name, title, bytes }];
  });
}

export interface AttemptPart {
  readonly text: string;
  /** Bytes of the file that lie before it. */
  readonly before: number;
  readonly end: number;
}

/** The last `most` bytes, from the beginning of a line; null when there is no such file. */
export function tailOf(
  root: string,
  folder: string,
  name: AttemptFileName,
  most: number,
): AttemptPart | null {
  const size = sizeOf(root, folder, name);
  const part = partOf(root, folder, name, Math.max(0, size - most));
  if (part === null || part.before === 0) return part;
  const newline = part.text.indexOf("\n");
  if (newline === -1) return part;
  const skipped = Buffer.byteLength(part.text.slice(0, newline + 1));
  return { text: part.text.slice(newline + 1), before: part.before + skipped, end: part.end };
}

/** From an offset on. What is no whole character at the end stays for the next time. */
export function partOf(
  root: string,
  folder: string,
  name: AttemptFileName,
  from: number,
): AttemptPart | null {
  return opened(root, folder, name, (fd, size) => {
    const bytes = Buffer.alloc(Math.max(0, size - from));
    const read = readSync(fd, bytes, 0, bytes.length, from);
    const whole = wholeCharacters(bytes.subarray(0, read));
    return { text: whole.toString("utf8"), before: from, end: from + whole.length };
  });
}

const sizeOf = (root: string, folder: string, name: AttemptFileName): number =>
  opened(root, folder, name, (_fd, size) => size) ?? 0;

function opened<T>(
  root: string,
  folder: string,
  name: string,
  use: (fd: number, size: number) => T,
): T | null {
  try {
    return heldBelow(root, folder.split("/"), (held) => {
      const { fd, stat } = openHeld(held.at(name));
      try {
        return use(fd, stat.size);
      } finally {
        closeSync(fd);
      }
    });
  } catch {
    return null;
  }
}

function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needs > back ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}
