/** Reading `progress.ndjson`: every line checked, a torn end left out and told. Changes nothing on disk. */
import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { MAX_EVENT_BYTES, ORIGIN, type Position, parseLine } from "./envelope.ts";
import { type Line, readLines } from "./lines.ts";
import { LedgerError, type LedgerEvent, type Tip } from "./port.ts";
import { errorNumber } from "./write-failed.ts";

export interface FileLog {
  readonly events: LedgerEvent[];
  readonly position: Position;
  /** Bytes of whole, checked lines: where the next line belongs. */
  readonly length: number;
  readonly tip: Tip;
  /** What a crash left half written behind `length`. */
  readonly torn: { readonly line: number; readonly bytes: number } | null;
}

export const fileTip = (length: number, lastLine: Uint8Array): Tip =>
  `${length}-${createHash("sha256").update(lastLine).digest("hex").slice(0, 32)}` as Tip;

export async function readFileLog(path: string, runId: string): Promise<FileLog> {
  const file = await openLog(path);
  try {
    return await checkLines(file, path, runId);
  } catch (cause) {
    throw cause instanceof LedgerError ? cause : unreadable(path, cause);
  } finally {
    await file.close();
  }
}

async function openLog(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (cause) {
    if (errorNumber(cause) !== "ENOENT") throw unreadable(path, cause);
    const fix = "check the run folder's name, or start the run";
    throw new LedgerError("missing", `there is no log at ${path}`, fix, { cause });
  }
}

async function checkLines(file: FileHandle, path: string, runId: string): Promise<FileLog> {
  const events: LedgerEvent[] = [];
  let position = ORIGIN;
  let length = 0;
  let lastLine: Uint8Array = Buffer.alloc(0);
  let torn: FileLog["torn"] = null;
  for await (const line of readLines(file, path, 2 * MAX_EVENT_BYTES)) {
    if (torn) throw tornInTheMiddle(path, torn.line);
    if (isTorn(line)) {
      torn = { line: line.number, bytes: line.bytes.length + (line.ended ? 1 : 0) };
      continue;
    }
    const event = parseLine(line.bytes, runId, position, `${path} line ${line.number}`);
    events.push(event);
    position = { seq: event.seq, ts: event.ts };
    lastLine = Buffer.from(line.bytes);
    length = line.offset + line.bytes.length + 1;
  }
  return { events, position, length, tip: fileTip(length, lastLine), torn };
}

/** A crash leaves a line without its end, or blocks of zeros where the disk had no time; JSON holds no zero byte. */
const isTorn = (line: Line): boolean => !line.ended || line.bytes.includes(0);

const unreadable = (path: string, cause: unknown): LedgerError =>
  new LedgerError(
    "corrupt",
    `${path} cannot be read: ${(cause as Error).message}`,
    "give this user the right to read it, or restore it from a copy",
    { cause },
  );

const tornInTheMiddle = (path: string, line: number): LedgerError =>
  new LedgerError(
    "corrupt",
    `${path} line ${line} is damaged and lines follow it`,
    "restore the log from a copy; nothing was changed",
  );
