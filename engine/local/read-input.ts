/** A text that a person named: an ordinary file of sane size, read without waiting for a pipe or filling the memory (R-SEC-6). */
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

/** Graphs, configurations, prompts and scripts are far smaller. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Throws with the cause in words. A link is followed; what it leads to must be a file. */
export function readInput(path: string): string {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    if (stat.isDirectory()) throw new Error("it is a folder");
    if (!stat.isFile()) throw new Error("it is no ordinary file (a pipe or a device)");
    if (stat.size > MOST_BYTES) throw new Error(`it has ${stat.size} bytes; ${MOST_BYTES} is the limit`);
    const text = readFileSync(fd, "utf8");
    if (text.includes("\0")) throw new Error("it holds a NUL character, so it is no text");
    return text;
  } finally {
    closeSync(fd);
  }
}
