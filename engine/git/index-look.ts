/**
 * Whether a tree holds what its index says and nothing else, told by what the system keeps of each file, as git tells it.
 * False: git has to look, as it also has to open files that are as young as the index.
 */
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { entryCount, type IndexEntry, readIndex } from "./index-file.ts";
import type { Worktree } from "./tree-handle.ts";
import { keepsTimes, MOST_ENTRIES, STEP_MS } from "./tree-print.ts";

export function isAsIndexed({ path, gitDir }: Pick<Worktree, "path" | "gitDir">): boolean {
  if (!keepsTimes(path)) return false;
  try {
    const file = join(gitDir, "index");
    const bytes = readFileSync(file);
    // Asked first: at each commit of a tree that is too large the whole index would be read.
    if (entryCount(bytes) > MOST_ENTRIES) return false;
    const index = readIndex(bytes);
    if (index === null) return false;
    const written = lstatSync(file, { bigint: true }).mtimeNs;
    const entries = new Map(index.entries.map((entry) => [entry.path, entry]));
    return holds(Buffer.from(path), "", entries, written) && entries.size === 0;
  } catch {
    return false;
  }
}

/** Takes what it finds in the folder out of `entries`. Names are bytes, one character each. */
function holds(root: Buffer, prefix: string, entries: Map<string, IndexEntry>, written: bigint): boolean {
  const place = (name: string) => Buffer.concat([root, Buffer.from(`/${name}`, "latin1")]);
  return readdirSync(place(prefix), { encoding: "latin1", withFileTypes: true }).every((found) => {
    // Another repository's folder is git's to judge; the tree's own link is nobody's work.
    if (found.name === ".git") return prefix === "";
    const name = `${prefix}${found.name}`;
    if (found.isDirectory()) return holds(root, `${name}/`, entries, written);
    const entry = entries.get(name);
    return entry !== undefined && entries.delete(name) && isAsWritten(place(name), entry, written);
  });
}

const STEP_NS = BigInt(STEP_MS) * 1_000_000n;
const SECOND_NS = 1_000_000_000n;
const low = (value: bigint): number => Number(BigInt.asUintN(32, value));

function isAsWritten(path: Buffer, { mode, trusted, stat: kept }: IndexEntry, written: bigint): boolean {
  if (trusted) return false;
  const now = lstatSync(path, { bigint: true });
  const kind = now.isFile() ? 0o100000 : now.isSymbolicLink() ? 0o120000 : 0;
  if ((mode & 0o170000) !== kind || (kind === 0o100000 && (mode & 0o100) !== Number(now.mode & 0o100n)))
    return false;
  if (now.ctimeNs + STEP_NS >= written || now.mtimeNs + STEP_NS >= written) return false;
  const { ctimeNs, mtimeNs } = now;
  const times = [ctimeNs / SECOND_NS, ctimeNs % SECOND_NS, mtimeNs / SECOND_NS, mtimeNs % SECOND_NS];
  return [...times, now.ino, now.uid, now.gid, now.size].every(
    (value, field) => kept.readUInt32BE(FIELDS[field]!) === low(value),
  );
}

/** Where they stand in an entry, without the device, which git leaves aside, and the mode. */
const FIELDS = [0, 4, 8, 12, 20, 28, 32, 36];
