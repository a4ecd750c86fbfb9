/**
 * Before all tests: temporary folders are made in memory where the machine has room for them, as most of what tests cost the system
 * was small files on a disk; and Node keeps what it has compiled, as hundreds of processes begin with the same few programs.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MEMORY = "/dev/shm";
const ENOUGH_BYTES = 2e9;
/** Theirs may be large. */
const isDeep = ["share", "deep"].includes(process.env.ATTRACTOR_TESTS ?? "");
const PREFIX = "attractor-tests-";

/** Asked for by each of the projects. */
export function setup(): () => void {
  if (isOurs(tmpdir())) return () => undefined;
  const parent = process.env.TMPDIR === undefined && !isDeep && isRoomy(MEMORY) ? MEMORY : tmpdir();
  for (const name of readdirSync(parent)) if (isLeft(name)) rmSync(join(parent, name), { recursive: true });
  const folder = mkdtempSync(join(parent, `${PREFIX}${process.pid}-`));
  // Stages run as another user in it.
  chmodSync(folder, 0o1777);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  if (parent === MEMORY && !runsPrograms(folder)) {
    remove();
    return () => undefined;
  }
  process.env.TMPDIR = folder;
  process.env.NODE_COMPILE_CACHE ??= join(folder, "compiled");
  return remove;
}

const isOurs = (folder: string): boolean => folder.includes(`${PREFIX}${process.pid}-`);

function isRoomy(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize > ENOUGH_BYTES;
  } catch {
    return false;
  }
}

/** A folder in memory can be mounted so that nothing in it is run. */
function runsPrograms(folder: string): boolean {
  const file = join(folder, "program");
  writeFileSync(file, "#!/bin/sh\n", { mode: 0o755 });
  try {
    execFileSync(file, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(file);
  }
}

/** Of tests that were killed. */
function isLeft(name: string): boolean {
  const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
  if (pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
