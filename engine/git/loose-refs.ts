/** A ref moved as git does it, without a process: a lock, the new value, a rename, a line in its log. */
import {
  appendFileSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
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

/** What it holds; null: there is none; "packed": only git can say. */
export function readLooseRef(commonDir: string, ref: string): string | "packed" | null {
  const path = join(commonDir, ref);
  if (!existsSync(path)) return packedRefs(commonDir).includes(ref) ? "packed" : null;
  const text = readFileSync(path, "latin1").trim();
  return /^[0-9a-f]{40}$/.test(text) ? text : "packed";
}

/** Deletes them as git does. Answers with those that are packed, locked or more than a file: they stay for git. */
export function dropLooseRefs(commonDir: string, refs: readonly string[]): string[] {
  const packed = new Set(packedRefs(commonDir));
  return refs.filter((ref) => packed.has(ref) || !dropLooseRef(commonDir, ref));
}

function dropLooseRef(commonDir: string, ref: string): boolean {
  const path = join(commonDir, ref);
  const lock = `${path}.lock`;
  if (existsSync(join(commonDir, "logs", ref))) return false;
  try {
    if (!lstatSync(path).isFile()) return false;
    closeSync(openSync(lock, "wx", 0o666));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT";
  }
  try {
    rmSync(path);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(lock, { force: true });
    removeEmpty(commonDir, dirname(ref));
  }
}

/** Folders of refs that hold nothing any more, up to what git makes itself. */
function removeEmpty(commonDir: string, folder: string): void {
  if (folder.split("/").length < 3) return;
  try {
    rmdirSync(join(commonDir, folder));
  } catch {
    return;
  }
  removeEmpty(commonDir, dirname(folder));
}

function packedRefs(commonDir: string): string[] {
  const path = join(commonDir, "packed-refs");
  if (!existsSync(path)) return [];
  return Array.from(readFileSync(path, "utf8").matchAll(/^[0-9a-f]{40} (refs\/.+)$/gm), ([, ref]) => ref!);
}

/** Whole names of all below a folder such as `refs/heads`. */
export function refNames(commonDir: string, folder: string): string[] {
  const packed = packedRefs(commonDir).filter((ref) => ref.startsWith(`${folder}/`));
  const below = (name: string): string[] =>
    readdirSync(join(commonDir, name), { withFileTypes: true }).flatMap((entry) => {
      const ref = `${name}/${entry.name}`;
      return entry.isDirectory() ? below(ref) : ref.endsWith(".lock") ? [] : [ref];
    });
  return [...new Set([...packed, ...(existsSync(join(commonDir, folder)) ? below(folder) : [])])];
}

/** Where git keeps a log of the ref, which is where there is one already. */
export function logMove(folder: string, ref: string, line: string): void {
  const path = join(folder, "logs", ref);
  if (existsSync(path)) appendFileSync(path, line);
}
