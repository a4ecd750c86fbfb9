/**
 * Whole-file writes that a crash leaves either undone or done: temp in the same folder, fsync, rename, fsync of the folder.
 * Only what waits for the disk has a turn in another thread: a turn costs more than the other calls.
 */

import { randomBytes } from "node:crypto";
import { closeSync, fsync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { asJson } from "../as-json.ts";
import { writeFailed } from "./write-failed.ts";

export const syncFile = promisify(fsync);

export const writeJsonAtomic = (path: string, value: unknown): Promise<void> =>
  writeFileAtomic(path, asJson(value));

export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  await replaceFile(path, data);
  await syncFolder(dirname(path)).catch((error: unknown) => {
    throw writeFailed(path, error);
  });
}

/** Old or new, but which of them a crash leaves is open until `syncFolder`: for several files of one folder. */
export async function replaceFile(path: string, data: string | Uint8Array): Promise<void> {
  const temp = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await writeSynced(temp, data);
    renameSync(temp, path);
  } catch (error) {
    removeQuietly(temp);
    throw writeFailed(path, error);
  }
}

/** The first failure is the one to tell; a temp file that stays behind harms nobody. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // As said.
  }
}

/** A new file; fails where one stands. */
export async function writeSynced(path: string, data: string | Uint8Array): Promise<void> {
  const fd = openSync(path, "wx");
  try {
    writeFileSync(fd, data);
    await syncFile(fd);
  } finally {
    closeSync(fd);
  }
}

/** Makes a new name in a folder durable. Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const fd = openSync(folder, "r");
  try {
    await syncFile(fd);
  } finally {
    closeSync(fd);
  }
}
