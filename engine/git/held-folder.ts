/**
 * A folder held open: what is done by the paths it gives is done in that folder, whatever is swapped for a link meanwhile
 * (docs/decisions/112). The driver may be root and the folder a stage's, so looking first and acting by name afterwards is no help.
 */
import {
  closeSync,
  constants,
  fchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmdirSync,
  unlinkSync,
} from "node:fs";
import { workUser } from "./work-user.ts";

type Path = string | Buffer;

export interface HeldFolder {
  /** The path of an entry, good while the folder is held. Its last part must still be opened without following a link. */
  at(name: string | Buffer): Buffer;
  names(): Buffer[];
}

/** Fails when the folder is a link, or none. Everything is done before it returns: the folder is let go then. */
export function held<T>(folder: Path, use: (folder: HeldFolder) => T): T {
  if (process.platform !== "linux") return byPath(folder, use);
  const fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    return use(folderAt(`/proc/self/fd/${fd}`));
  } finally {
    closeSync(fd);
  }
}

/** Through folders of a tree, none of which may be a link. `make`: those that are not there, for the user of the trees. */
export function heldBelow<T>(
  root: Path,
  folders: readonly string[],
  use: (folder: HeldFolder) => T,
  make = false,
): T {
  return held(root, (folder) => {
    const [next, ...rest] = folders;
    if (next === undefined) return use(folder);
    const path = folder.at(next);
    if (make) makeFolder(path);
    return heldBelow(path, rest, use, make);
  });
}

function makeFolder(path: Path): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
    throw error;
  }
  const user = workUser();
  if (user === null) return;
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    fchownSync(fd, user.uid, user.gid);
  } finally {
    closeSync(fd);
  }
}

/** `path` from a held folder. A link goes, not what it leads to. */
export function removeHeld(path: Path): void {
  try {
    unlinkSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return;
    // What unlinking a folder gives, on Linux and elsewhere.
    if (code !== "EISDIR" && code !== "EPERM") throw error;
    held(path, (folder) => {
      for (const name of folder.names()) removeHeld(folder.at(name));
    });
    rmdirSync(path);
  }
}

const SLASH = 0x2f;

function folderAt(path: Path): HeldFolder {
  const start = Buffer.concat([Buffer.from(path), Buffer.from("/")]);
  return {
    at(name) {
      const bytes = Buffer.from(name);
      const text = bytes.toString("latin1");
      if (text === "" || text === "." || text === ".." || bytes.includes(SLASH) || bytes.includes(0))
        throw new Error(`${JSON.stringify(bytes.toString("utf8"))} is no name in a folder`);
      return Buffer.concat([start, bytes]);
    },
    names: () => readdirSync(path, { encoding: "buffer" }),
  };
}

/** Systems without such descriptors have no stages' user either: there the driver could do nothing that a stage could not. */
function byPath<T>(path: Path, use: (folder: HeldFolder) => T): T {
  if (!lstatSync(path).isDirectory())
    throw Object.assign(new Error(`${path} is no folder`), { code: "ENOTDIR" });
  return use(folderAt(path));
}
