/** A ref moved as git does it, without a process: a lock, the new value, a rename, a line in its log. */
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** `from`: what it must hold; null: whatever it holds. False when it holds something else, is locked, or only git can say. */
export function moveLooseRef(folder: string, ref: string, from: string | null, to: string): boolean {
  const path = join(folder, ref);
  const lock = `${path}.lock`;
  let fd: number;
  try {
    mkdirSync(dirname(path), { recursive: true });
    fd = openSync(lock, "wx", 0o666);
  } catch {
    return false;
  }
  try {
    if (from !== null && readFileSync(path, "latin1").trim() !== from) throw new Error("it was moved");
    writeSync(fd, `${to}\n`);
    closeSync(fd);
    fd = -1;
    renameSync(lock, path);
    return true;
  } catch {
    if (fd !== -1) closeSync(fd);
    rmSync(lock, { force: true });
    return false;
  }
}

/** Where git keeps a log of the ref, which is where there is one already. */
export function logMove(folder: string, ref: string, line: string): void {
  const path = join(folder, "logs", ref);
  if (existsSync(path)) appendFileSync(path, line);
}
