/** A file that a stage could have made anything of: read when it is an ordinary one, up to a limit, through no link. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";

const FILE_BYTES = 4 * 1024 * 1024;

export async function readPlain(path: string): Promise<string | null> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch(() => null);
  if (file === null) return null;
  try {
    const found = await file.stat();
    if (!found.isFile()) return null;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(found.size, FILE_BYTES)), 0);
    const text = buffer.subarray(0, bytesRead).toString("utf8");
    return found.size > FILE_BYTES ? `${text}\n… cut here: ${found.size} bytes in all\n` : text;
  } finally {
    await file.close();
  }
}
