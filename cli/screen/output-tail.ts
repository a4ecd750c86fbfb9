/** The last line that a running stage printed, and where the rest of it is. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { Row } from "./tree-of-state.ts";

const TAIL_BYTES = 4096;
/** Looked at in each frame: no more than a person reads. */
const MOST = 8;

export function withOutput(rows: readonly Row[], root: string): { rows: Row[]; newest: string | null } {
  let left = MOST;
  let newest: string | null = null;
  const told = rows.map((row) => {
    if (row.folder === null || row.note !== null || left-- <= 0) return row;
    const path = join(root, row.folder, "stdout.log");
    const line = lastLine(path);
    if (line === null) return row;
    newest = path;
    return { ...row, note: line };
  });
  return { rows: told, newest };
}

function lastLine(path: string): string | null {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return null;
  }
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString("utf8").trimEnd().split("\n").at(-1)?.trim() || null;
  } finally {
    closeSync(file);
  }
}
