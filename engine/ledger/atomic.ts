/** Whole-file writes that a crash leaves either undone or done: temp in the same folder, fsync, rename, fsync of the folder. */
import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { writeFailed } from "./write-failed.ts";

export const writeJsonAtomic = (path: string, value: unknown): Promise<void> =>
  writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);

export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const temp = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    await writeSynced(temp, data);
    await rename(temp, path);
  } catch (error) {
    // The first failure is the one to tell; a temp file that stays behind harms nobody.
    await rm(temp, { force: true }).catch(() => undefined);
    throw writeFailed(path, error);
  }
  await syncFolder(dirname(path)).catch((error: unknown) => {
    throw writeFailed(path, error);
  });
}

async function writeSynced(path: string, data: string | Uint8Array): Promise<void> {
  const handle = await open(path, "wx");
  try {
    await handle.writeFile(data);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a new name in a folder durable. Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
