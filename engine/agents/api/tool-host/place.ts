/**
 * Where file tools may go: the worktree, and of everything else the status file alone (R-AGENT-10, R-AGENT-23). Links
 * are followed and the end of the way is looked at; what is opened is asked once more where it lies.
 */
import { constants } from "node:fs";
import { type FileHandle, lstat, mkdir, open, readlink, realpath } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { ToolError } from "./tool-error.ts";

export interface ToolPlace {
  /** Without links in it. */
  readonly root: string;
  readonly statusPath: string | null;
  /** The same where its folder really lies. */
  readonly statusReal: string | null;
  /** Whole outputs of earlier calls; may be read. */
  readonly scratch: string;
}

const within = (folder: string, path: string): boolean => path === folder || path.startsWith(folder + sep);

/** As it is called in answers. */
export const nameIn = ({ root }: ToolPlace, path: string): string =>
  within(root, path) ? relative(root, path) || "." : path;

/** The file itself, no link; it need not exist. */
export async function locate(place: ToolPlace, path: string): Promise<string> {
  if (path === "" || path.includes("\0")) throw new ToolError("the path is empty");
  const asked = resolve(place.root, path);
  if (asked === place.statusPath || asked === place.statusReal) return place.statusReal ?? asked;
  const real = await endOf(asked);
  if (within(place.root, real)) return real;
  throw new ToolError(`${path} lies outside the worktree ${place.root}: only files in it can be used`);
}

/** The same, of what a file tool may change, move or delete. */
export async function locateToWrite(place: ToolPlace, path: string): Promise<string> {
  const real = await locate(place, path);
  if (relative(place.root, real).split(sep).some(isGits))
    throw new ToolError(`${path} belongs to git: use git commands`);
  return real;
}

/** In whatever folder: git goes into the repositories that it finds. */
const isGits = (step: string): boolean => step.toLowerCase() === ".git";

/** The way with its links resolved as far as it exists. */
async function endOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw toolError(error, path);
  }
  const link = await lstat(path).catch(() => null);
  if (link?.isSymbolicLink()) throw new ToolError(`${path} is a link to nothing`);
  const parent = dirname(path);
  return parent === path ? path : join(await endOf(parent), path.slice(parent.length));
}

const FLAGS = constants.O_NOFOLLOW | constants.O_NONBLOCK;

export async function openToRead(place: ToolPlace, path: string): Promise<FileHandle> {
  const scratch = resolve(path);
  const real = within(place.scratch, scratch) ? scratch : await locate(place, path);
  return opened(place, real, constants.O_RDONLY);
}

export async function openToWrite(place: ToolPlace, path: string): Promise<FileHandle> {
  const real = await locateToWrite(place, path);
  if (real !== place.statusReal) await mkdir(dirname(real), { recursive: true });
  return opened(place, real, constants.O_RDWR | constants.O_CREAT);
}

async function opened(place: ToolPlace, real: string, flags: number): Promise<FileHandle> {
  const file = await open(real, flags | FLAGS, 0o644).catch((error: unknown) => {
    throw toolError(error, nameIn(place, real));
  });
  try {
    if (!(await file.stat()).isFile()) throw new ToolError(`${nameIn(place, real)} is no ordinary file`);
    const lies = process.platform === "linux" ? await readlink(`/proc/self/fd/${file.fd}`) : real;
    if (lies !== place.statusReal && !within(place.root, lies) && !within(place.scratch, lies))
      throw new ToolError(`${nameIn(place, real)} lies outside the worktree`);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

const SAID: Readonly<Record<string, string>> = {
  ENOENT: "is not there",
  EISDIR: "is a folder",
  ENOTDIR: "goes through something that is no folder",
  EACCES: "may not be opened",
  EPERM: "may not be changed",
  ELOOP: "is a link",
  ENOSPC: "cannot be written: the disk is full",
  ENXIO: "is no ordinary file",
};

export function toolError(error: unknown, path: string): ToolError {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return error instanceof ToolError
    ? error
    : new ToolError(`${path} ${SAID[code] ?? `cannot be used: ${message}`}`);
}
