/** Reads a file that a stage left, as the hostile input it is: no links, no devices, no more than the cap. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path";

const STATUS_BYTES = 1024 * 1024;

interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: bigint;
  readonly modified: bigint;
  readonly changed: bigint;
}

export type Found =
  | { readonly kind: "missing" }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "file"; readonly bytes: Buffer; readonly mode: number; readonly identity: FileIdentity };

const NOT_THERE = new Set(["ENOENT", "ENOTDIR"]);
/** O_NOFOLLOW meets a link; the others are what opening a socket or a device gives. */
const NOT_A_FILE = new Map([
  ["ELOOP", "it is a symbolic link"],
  ["ENXIO", "it is not a regular file"],
  ["EISDIR", "it is a folder"],
]);

export function readStatusFile(path: string): Found {
  let fd: number;
  try {
    // Usually nothing is there: told by an answer, since an exception at every path of every stage is dear.
    const folder = lstatSync(dirname(path), { throwIfNoEntry: false });
    if (folder?.isSymbolicLink()) return refused("its folder is a symbolic link");
    if (folder === undefined || !isThere(path)) return { kind: "missing" };
    // Without O_NONBLOCK a named pipe would hold the driver for ever.
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    return NOT_THERE.has(code) ? { kind: "missing" } : refused(NOT_A_FILE.get(code) ?? message);
  }
  try {
    const stat = fstatSync(fd, { bigint: true });
    if (!stat.isFile()) return refused("it is not a regular file");
    if (stat.size > STATUS_BYTES)
      return refused(`it has ${stat.size} bytes; at most ${STATUS_BYTES} are read`);
    const bytes = Buffer.alloc(Number(stat.size));
    let length = 0;
    for (let read = -1; length < bytes.length && read !== 0; length += read) {
      read = readSync(fd, bytes, length, bytes.length - length, length);
    }
    const identity = {
      device: stat.dev,
      inode: stat.ino,
      size: stat.size,
      modified: stat.mtimeNs,
      changed: stat.ctimeNs,
    };
    return { kind: "file", bytes: bytes.subarray(0, length), mode: Number(stat.mode) & 0o777, identity };
  } finally {
    closeSync(fd);
  }
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

const refused = (why: string): Found => ({ kind: "refused", why });
