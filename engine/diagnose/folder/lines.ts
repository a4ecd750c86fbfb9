/** Lines of a file of any size, one at a time, in memory that does not grow with it. A line over the limit is skipped and told. */
import { readSync } from "node:fs";

const CHUNK = 256 * 1024;
const NEWLINE = 10;

export interface LineSink {
  readonly limit: number;
  readonly line: (text: string, number: number) => void;
  readonly tooLong: (number: number) => void;
  /** The last line has no end: whoever wrote it was cut off, or still writes. */
  readonly torn: (text: string, number: number) => void;
}

export function eachLine(fd: number, sink: LineSink): void {
  const chunk = Buffer.allocUnsafe(CHUNK);
  let held: Buffer[] = [];
  let heldBytes = 0;
  let skipping = false;
  let number = 1;
  const hold = (bytes: Buffer): void => {
    if (skipping || bytes.length === 0) return;
    heldBytes += bytes.length;
    skipping = heldBytes > sink.limit;
    if (skipping) held = [];
    else held.push(Buffer.from(bytes));
  };
  const take = (bytes: Buffer): void => {
    if (heldBytes > 0) hold(bytes);
    if (skipping || bytes.length > sink.limit) sink.tooLong(number);
    else sink.line(heldBytes > 0 ? Buffer.concat(held).toString() : bytes.toString(), number);
    held = [];
    heldBytes = 0;
    skipping = false;
    number += 1;
  };
  for (;;) {
    const size = readSync(fd, chunk, 0, CHUNK, null);
    if (size === 0) break;
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, from);
      if (end === -1 || end >= size) break;
      take(chunk.subarray(from, end));
      from = end + 1;
    }
    hold(chunk.subarray(from, size));
  }
  if (skipping) sink.tooLong(number);
  else if (heldBytes > 0) sink.torn(Buffer.concat(held).toString(), number);
}
