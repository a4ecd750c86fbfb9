/** A file that a stage could have made anything of: read when it is an ordinary one, up to a limit, through no link. */
import { closeSync } from "node:fs";
import { bytesOf, openHeld, openPlain } from "../../engine/git/plain-file.ts";
import { beforeCut } from "../../engine/stages/whole-lines.ts";

const FILE_BYTES = 4 * 1024 * 1024;

type Opened = ReturnType<typeof openPlain>;

export const readPlain = (path: string): string | null => first(() => openPlain(path));

/** `path` from a held folder. */
export const readHeld = (path: Buffer): string | null => first(() => openHeld(path));

function first(open: () => Opened): string | null {
  let opened: Opened;
  try {
    opened = open();
  } catch {
    return null;
  }
  const { fd, stat } = opened;
  try {
    if (stat.size <= FILE_BYTES) return bytesOf(fd, stat.size).toString("utf8");
    const text = beforeCut(bytesOf(fd, FILE_BYTES)).toString("utf8");
    return `${text}\n… cut here: ${stat.size} bytes in all\n`;
  } finally {
    closeSync(fd);
  }
}
