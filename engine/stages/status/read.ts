/** Reads a file that a stage left, as the hostile input it is: no links, no devices, no more than the cap. */
import { closeSync, fstatSync, lstatSync } from "node:fs";
import { dirname } from "node:path";
import { bytesOf, openPlain } from "../../git/plain-file.ts";

const STATUS_BYTES = 1024 * 1024;

interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: bigint;
  readonly modified: bigint;
  readonly changed: bigint;
}

export type FoundStatus =
  | { readonly kind: "missing" }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "file"; readonly bytes: Buffer; readonly mode: number; readonly identity: FileIdentity };

const NOT_THERE = new Set(["ENOENT", "ENOTDIR"]);
/** What a link gives, and a folder that is one; the others are what opening a socket or a device gives. */
const NOT_A_FILE = new Map([
  ["ELOOP", "it is a symbolic link"],
  ["ENXIO", "it is not a regular file"],
  ["EISDIR", "it is a folder"],
]);

export function readStatusFile(path: string): FoundStatus {
  let fd: number;
  try {
    // Usually nothing is there: told by an answer, since an exception at every path of every stage is dear.
    const folder = lstatSync(dirname(path), { throwIfNoEntry: false });
    if (folder?.isSymbolicLink()) return refused("its folder is a symbolic link");
    if (folder === undefined || !isThere(path)) return { kind: "missing" };
    ({ fd } = openPlain(path));
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    return NOT_THERE.has(code) ? { kind: "missing" } : refused(NOT_A_FILE.get(code) ?? message);
  }
  try {
    const stat = fstatSync(fd, { bigint: true });
    if (stat.size > STATUS_BYTES)
      return refused(`it has ${stat.size} bytes; at most ${STATUS_BYTES} are read`);
    const bytes = bytesOf(fd, Number(stat.size));
    const identity = {
      device: stat.dev,
      inode: stat.ino,
      size: stat.size,
      modified: stat.mtimeNs,
      changed: stat.ctimeNs,
    };
    return { kind: "file", bytes, mode: Number(stat.mode) & 0o777, identity };
  } finally {
    closeSync(fd);
  }
}

/** An answer, where an exception at every stage is dear. */
export const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

const refused = (why: string): FoundStatus => ({ kind: "refused", why });
