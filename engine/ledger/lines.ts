/** Lines of a file as bytes, one at a time, however large the file; the last one may lack its newline. */
import type { FileHandle } from "node:fs/promises";
import { LedgerError } from "./port.ts";

export interface Line {
  /** Without the newline. Valid until the next line is asked for. */
  readonly bytes: Buffer;
  /** Where the line begins in the file. */
  readonly offset: number;
  /** Counted from 1. */
  readonly number: number;
  readonly ended: boolean;
}

const CHUNK = 256 * 1024;
const NEWLINE = 0x0a;

/** `limit` bounds one line, so that a file of no lines at all cannot fill the memory. */
export async function* readLines(file: FileHandle, name: string, limit: number): AsyncGenerator<Line> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  let number = 0;
  for (let position = 0; ; ) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK), 0, CHUNK, position);
    if (bytesRead === 0) break;
    position += bytesRead;
    const chunk = buffer.subarray(0, bytesRead);
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      const tail = chunk.subarray(from, at);
      const bytes = rest.length === 0 ? tail : Buffer.concat([rest, tail]);
      number += 1;
      yield { bytes, offset, number, ended: true };
      offset += bytes.length + 1;
      rest = Buffer.alloc(0);
      from = at + 1;
    }
    const open = chunk.subarray(from);
    rest = rest.length === 0 ? open : Buffer.concat([rest, open]);
    if (rest.length > limit) throw tooLong(name, number + 1, limit);
  }
  if (rest.length > 0) yield { bytes: rest, offset, number: number + 1, ended: false };
}

const tooLong = (name: string, line: number, limit: number): LedgerError =>
  new LedgerError(
    "corrupt",
    `${name} line ${line} is longer than ${limit} bytes`,
    "this is no event log; check the path",
  );
