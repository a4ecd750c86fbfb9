/**
 * One output stream of a stage: a bounded log file with its head and tail, and the tail in memory for reasons. A stage
 * that says nothing leaves no file.
 */
import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { removeHeld } from "../git/held-folder.ts";
import { afterCut, beforeCut, LONGEST_LINE } from "./whole-lines.ts";

export const LOG_HEAD_BYTES = 4 * 1024 * 1024;
export const LOG_TAIL_BYTES = 1024 * 1024;
const REASON_TAIL_BYTES = 64 * 1024;

export interface Captured {
  readonly file: string;
  /** Everything the stream said, also what the log leaves out. */
  readonly bytes: number;
  /** The end of the stream, enough to explain a failure. */
  readonly tail: string;
  /** What the log file holds. */
  readonly text: () => string;
  /** Why the log file is incomplete, when the disk refused it. */
  readonly problem: string | null;
}

export interface Capture {
  readonly write: (chunk: Buffer) => void;
  /** Ends the log; nothing is written after it. */
  readonly close: () => Captured;
}

export function openCapture(file: string): Capture {
  let bytes = 0;
  let problem: string | null = null;
  let kept: Buffer[] = [];
  let keptBytes = 0;
  const attempt = (write: () => void): void => {
    if (problem !== null) return;
    try {
      write();
    } catch (error) {
      problem = `${file} is incomplete: ${(error as Error).message}`;
    }
  };
  let fd = -1;

  return {
    write(chunk) {
      if (fd === -1) attempt(() => (fd = openNew(file)));
      const room = LOG_HEAD_BYTES - bytes;
      if (room > 0) attempt(() => writeAll(fd, chunk.subarray(0, room)));
      bytes += chunk.length;
      kept.push(chunk);
      keptBytes += chunk.length;
      while (keptBytes - kept[0]!.length >= LOG_TAIL_BYTES) keptBytes -= kept.shift()!.length;
    },
    close() {
      const last = Buffer.concat(kept).subarray(-LOG_TAIL_BYTES);
      const tail = bytes > last.length ? afterCut(last) : last;
      kept = [];
      const unwritten = bytes - LOG_HEAD_BYTES;
      if (unwritten > tail.length) attempt(() => cutHere(fd, tail, bytes));
      else if (unwritten > 0) attempt(() => writeAll(fd, tail.subarray(tail.length - unwritten)));
      // By the descriptor and now: afterwards the name may lead to a file that the stage must not see, or to a pipe.
      let whole = "";
      if (bytes > tail.length) attempt(() => (whole = readAll(fd)));
      if (fd !== -1) attempt(() => closeSync(fd));
      return {
        file,
        bytes,
        problem,
        tail: decodeTail(
          tail.length > REASON_TAIL_BYTES ? afterCut(tail.subarray(-REASON_TAIL_BYTES)) : tail,
        ),
        text: () => (bytes <= tail.length ? tail.toString("utf8") : whole),
      };
    },
  };
}

/** The stage may have put something in its place, or have removed the folder: the name is the log's. */
function openNew(file: string): number {
  try {
    return openSync(file, "wx+", 0o644);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") removeHeld(file);
    else if (code === "ENOENT") mkdirSync(dirname(file), { recursive: true });
    else throw error;
    return openSync(file, "wx+", 0o644);
  }
}

/** The head ends and the tail begins with whole lines: half a secret at the cut would pass the mask. */
function cutHere(fd: number, tail: Buffer, bytes: number): void {
  const from = LOG_HEAD_BYTES - LONGEST_LINE;
  const end = Buffer.alloc(LONGEST_LINE);
  readSync(fd, end, 0, LONGEST_LINE, from);
  const head = from + beforeCut(end).length;
  const mark = Buffer.from(`\n[... ${bytes - head - tail.length} bytes left out ...]\n`);
  ftruncateSync(fd, head);
  let at = head;
  for (const part of [mark, tail])
    for (let done = 0; done < part.length; ) {
      const wrote = writeSync(fd, part, done, part.length - done, at);
      done += wrote;
      at += wrote;
    }
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

function readAll(fd: number): string {
  const bytes = Buffer.alloc(fstatSync(fd).size);
  let length = 0;
  for (let read = -1; length < bytes.length && read !== 0; length += read) {
    read = readSync(fd, bytes, length, bytes.length - length, length);
  }
  return bytes.toString("utf8", 0, length);
}

/** A cut may fall inside a character: its remaining bytes are dropped. */
function decodeTail(bytes: Buffer): string {
  let start = 0;
  while (start < 3 && start < bytes.length && (bytes[start]! & 0xc0) === 0x80) start++;
  return bytes.subarray(start).toString("utf8");
}
