/** A folder of this process's own for what lives moments: in memory where the system has such a place, gone at its end. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A name on a disk costs more than all else that is done with these files. */
const IN_MEMORY = "/dev/shm";

let folder: string | null = null;

export function memoryFolder(): string {
  if (folder !== null) return folder;
  const made = madeIn([IN_MEMORY, tmpdir()]);
  folder = made;
  process.once("exit", () => rmSync(made, { recursive: true, force: true }));
  return made;
}

function madeIn([place, ...others]: readonly string[]): string {
  try {
    return mkdtempSync(join(place ?? tmpdir(), "attractor-pipes-"));
  } catch (error) {
    if (others.length === 0) throw error;
    return madeIn(others);
  }
}
