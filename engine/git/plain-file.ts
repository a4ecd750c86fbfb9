/** Files where a stage could write: it may have put a link, a pipe or a folder in the place, and the driver may be root. */
import { constants } from "node:fs";
import { open, rm, writeFile } from "node:fs/promises";

/** Null for what is not there, is no ordinary file, or is larger; never waits for a pipe and never follows a link. */
export async function readPlainFile(path: string, mostBytes: number): Promise<string | null> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch(() => null);
  if (file === null) return null;
  try {
    const stat = await file.stat();
    if (!stat.isFile() || stat.size > mostBytes) return null;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(stat.size), 0, stat.size, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** A new file, whatever stood there: nothing is written through a link. */
export async function writeNewFile(path: string, data: string | Uint8Array, mode = 0o644): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await writeFile(path, data, { flag: "wx", mode });
}
