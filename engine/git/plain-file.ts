/** Files where a stage could write: it may have put a link, a pipe or a folder in the place, and the driver may be root. */
import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  openSync,
  readSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import { type HeldFolder, held, heldBelow, removeHeld } from "./held-folder.ts";
import { workUser } from "./work-user.ts";

/** Without O_NONBLOCK a named pipe would hold the driver for ever. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** Nothing stands there yet, and no link is followed. */
export const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** `path` below a folder that no stage can move, or one folder further down. Throws as `open` does for what is no ordinary file. */
export const openPlain = (path: string): { fd: number; stat: Stats } =>
  held(dirname(path), (folder) => openHeld(folder.at(basename(path))));

/** `path` from a held folder. */
export function openHeld(path: Buffer): { fd: number; stat: Stats } {
  const fd = openSync(path, READ);
  const stat = fstatSync(fd);
  const problem = stat.isFile() ? foreign(stat) : "it is not a regular file";
  if (problem === null) return { fd, stat };
  closeSync(fd);
  throw Object.assign(new Error(problem), { code: "ENOTFILE" });
}

/** Where the system lets anybody link to anything, a stage can give another's file a name here that it cannot read itself. */
function foreign({ uid, mode, nlink }: Stats): string | null {
  const user = workUser();
  if (user === null || nlink === 1 || uid === user.uid || (mode & 0o004) !== 0) return null;
  return "it is another name of a file that the stage may not read";
}

/** Null for what is not there, is no ordinary file, or is larger; never waits for a pipe and never follows a link. */
export async function readPlainFile(path: string, mostBytes: number): Promise<string | null> {
  try {
    return readOpened(openPlain(path), mostBytes);
  } catch {
    return null;
  }
}

/** The same through folders below `root`, none of which may be a link. */
export async function readPlainBelow(
  root: string,
  path: readonly string[],
  mostBytes: number,
): Promise<string | null> {
  try {
    const opened = heldBelow(root, path.slice(0, -1), (folder) => openHeld(folder.at(path.at(-1) ?? "")));
    return readOpened(opened, mostBytes);
  } catch {
    return null;
  }
}

function readOpened({ fd, stat }: { fd: number; stat: Stats }, mostBytes: number): string | null {
  try {
    return stat.size > mostBytes ? null : bytesOf(fd, stat.size).toString("utf8");
  } finally {
    closeSync(fd);
  }
}

/** The first `size` bytes, or what there is of them. */
export function bytesOf(fd: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let length = 0;
  for (let read = -1; length < size && read !== 0; length += read)
    read = readSync(fd, bytes, length, size - length, length);
  return bytes.subarray(0, length);
}

/** A new file, whatever stood there: nothing is written through a link. It is the user's of the trees. */
export async function writeNewFile(path: string, data: string | Uint8Array, mode = 0o644): Promise<void> {
  held(dirname(path), (folder) => {
    const place = folder.at(basename(path));
    removeHeld(place);
    createHeld(place, data, mode);
  });
}

/** The same through folders below `root`, made where they are missing. */
export function writeBelow(root: string, path: readonly string[], data: string): void {
  const replace = (folder: HeldFolder) => {
    const place = folder.at(path.at(-1) ?? "");
    removeHeld(place);
    createHeld(place, data);
  };
  heldBelow(root, path.slice(0, -1), replace, true);
}

/** `path` from a held folder; fails when something stands there. */
export function createHeld(path: Buffer, data: string | Uint8Array, mode = 0o644): void {
  const fd = openSync(path, NEW_FILE, mode);
  try {
    writeFileSync(fd, data);
    const user = workUser();
    if (user !== null) fchownSync(fd, user.uid, user.gid);
  } finally {
    closeSync(fd);
  }
}

/** What stands there goes; a link goes itself. */
export async function removePlain(path: string): Promise<void> {
  held(dirname(path), (folder) => removeHeld(folder.at(basename(path))));
}
