/** A folder of this process's own for what lives moments: in memory where the system has such a place, gone at its end. */
import { lstatSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { statFields } from "./proc.ts";

/** A name on a disk costs more than all else that is done with these files. */
const IN_MEMORY = "/dev/shm";
const NAME = "attractor-pipes-";
const OWNED = /^attractor-pipes-((\d+)-(\d+)-\d+)-[A-Za-z0-9]{6}$/;

let folder: string | null = null;

export function memoryFolder(): string {
  if (folder !== null) return folder;
  const made = madeIn([IN_MEMORY, tmpdir()]);
  folder = made;
  process.once("exit", () => rmSync(made, { recursive: true, force: true }));
  return made;
}

function madeIn([place = tmpdir(), ...others]: readonly string[]): string {
  try {
    const owner = ownerOf(process.pid, pidSpace());
    const made = mkdtempSync(join(place, owner === null ? NAME : `${NAME}${owner}-`));
    if (owner !== null) removeLeft(place);
    return made;
  } catch (error) {
    if (others.length === 0) throw error;
    return madeIn(others);
  }
}

/** A process that was killed took nothing away. Where its number says nothing here, as in another container, it stays. */
export function removeLeft(place: string): void {
  const [uid, here] = [process.getuid?.(), pidSpace()];
  for (const name of namesIn(place)) {
    const [, owner, space, pid] = OWNED.exec(name) ?? [];
    if (owner === undefined || space !== here || ownerOf(Number(pid), here) === owner) continue;
    try {
      const path = join(place, name);
      const found = lstatSync(path);
      // What is this user's own in such a place, nobody else can put something in the place of.
      if (found.isDirectory() && found.uid === uid) rmSync(path, { recursive: true, force: true });
    } catch {
      // Another one was quicker.
    }
  }
}

/** None where the folder may be written and not listed. */
function namesIn(place: string): readonly string[] {
  try {
    return readdirSync(place);
  } catch {
    return [];
  }
}

/** The world of process numbers, the number, and when the process began; null where the system does not tell. */
function ownerOf(pid: number, space: string | null): string | null {
  const start = statFields(pid)[19];
  return space === null || start === undefined ? null : `${space}-${pid}-${start}`;
}

function pidSpace(): string | null {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? null;
  } catch {
    return null;
  }
}
