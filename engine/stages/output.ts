/** One output stream of a stage: a bounded log file with its head and tail, and the tail in memory for reasons. */
import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";

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
  attempt(() => {
    fd = openSync(file, "wx+", 0o644);
  });

  return {
    write(chunk) {
      const room = LOG_HEAD_BYTES - bytes;
      if (room > 0) attempt(() => writeAll(fd, chunk.subarray(0, room)));
      bytes += chunk.length;
      kept.push(chunk);
      keptBytes += chunk.length;
      while (keptBytes - kept[0]!.length >= LOG_TAIL_BYTES) keptBytes -= kept.shift()!.length;
    },
    close() {
      const tail = Buffer.concat(kept).subarray(-LOG_TAIL_BYTES);
      kept = [];
      const unwritten = Math.max(0, bytes - LOG_HEAD_BYTES);
      const beyondHead = tail.subarray(Math.max(0, tail.length - unwritten));
      if (bytes > LOG_HEAD_BYTES) {
        const mark = `\n[... ${unwritten - beyondHead.length} bytes left out ...]\n`;
        attempt(() => writeAll(fd, Buffer.from(mark)));
        attempt(() => writeAll(fd, beyondHead));
      }
      // By the descriptor and now: afterwards the name may lead to a file that the stage must not see, or to a pipe.
      let whole = "";
      if (bytes > tail.length) attempt(() => (whole = readAll(fd)));
      if (fd !== -1) attempt(() => closeSync(fd));
      return {
        file,
        bytes,
        problem,
        tail: decodeTail(tail.subarray(-REASON_TAIL_BYTES)),
        text: () => (bytes <= tail.length ? tail.toString("utf8") : whole),
      };
    },
  };
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
