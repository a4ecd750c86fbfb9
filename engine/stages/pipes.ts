/**
 * Real pipes for the output of stages. Node connects its children by sockets, and scripts that write to
 * `/dev/stderr` or read `/dev/stdin` cannot open a socket; they can open these.
 */
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

export interface Pipe {
  /** For the child's end; `release` it when the child has it. */
  readonly writeFd: number;
  readonly release: () => void;
  readonly output: Socket;
  /** When nothing of the stage lives: something unknown may still hold the other end. */
  readonly close: () => void;
}

/** Made in batches, because each making costs a process; as many again as there were, within these. */
const FIRST_BATCH = 8;
const LARGEST_BATCH = 256;

let folder: string | null = null;
let made = 0;
const spare: string[] = [];
let making: Promise<void> | null = null;

export async function openPipe(): Promise<Pipe> {
  for (;;) {
    const path = spare.pop();
    if (path !== undefined) return connect(path);
    making ??= makeMore().finally(() => {
      making = null;
    });
    await making;
  }
}

function connect(path: string): Pipe {
  const readFd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeFd = openSync(path, constants.O_WRONLY);
  // For one stage only, and without a name from here: whoever it left behind reads nothing of a later one.
  rmSync(path);
  const output = new Socket({ fd: readFd, readable: true, writable: false });
  return { writeFd, release: () => closeSync(writeFd), output, close: () => output.destroy() };
}

async function makeMore(): Promise<void> {
  const home = folder ?? newFolder();
  const length = Math.min(Math.max(FIRST_BATCH, made), LARGEST_BATCH);
  const paths = Array.from({ length }, () => join(home, String(made++)));
  // Writable to all, in a folder that is not: a stage that runs as another user opens its own end anew.
  await execa("mkfifo", ["-m", "666", ...paths]);
  spare.push(...paths);
}

/** In memory where the system has such a place: a name on a disk costs more than all else here. */
const PLACES = ["/dev/shm", tmpdir()];

function newFolder(): string {
  const home = madeIn(PLACES);
  folder = home;
  process.once("exit", () => rmSync(home, { recursive: true, force: true }));
  return home;
}

function madeIn([place, ...others]: readonly string[]): string {
  try {
    return mkdtempSync(join(place ?? tmpdir(), "attractor-pipes-"));
  } catch (error) {
    if (others.length === 0) throw error;
    return madeIn(others);
  }
}
