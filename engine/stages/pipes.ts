/**
 * Real pipes for the output of stages. Node connects its children by sockets, and scripts that write to
 * `/dev/stderr` or read `/dev/stdin` cannot open a socket; they can open these.
 */
import { execFile } from "node:child_process";
import { closeSync, constants, openSync, readSync, unlinkSync } from "node:fs";
import { Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { once } from "../once.ts";
import { memoryFolder } from "./memory-folder.ts";
import { startByShell } from "./starter.ts";

export interface Pipe {
  /** For the child's end; `release` it when the child has it. */
  readonly writeFd: number;
  readonly release: () => void;
  /** Hears what comes, from now on. */
  readonly listen: () => Socket;
  /** Where nobody listens: what stands in it now. False when something holds the other end, and more may come. */
  readonly take: (heard: (chunk: Buffer) => void) => boolean;
  /** When nothing of the stage lives: something unknown may still hold the other end. */
  readonly close: () => void;
}

/** Made in batches, because each making costs a process; as many again as there were, within these. */
const FIRST_BATCH = 8;
const LARGEST_BATCH = 256;

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
  unlinkSync(path);
  let output: Socket | null = null;
  return {
    writeFd,
    release: () => closeSync(writeFd),
    listen: () => (output = new Socket({ fd: readFd, readable: true, writable: false })),
    take: (heard) => takeAll(readFd, heard),
    close: () => void (output === null ? closeSync(readFd) : output.destroy()),
  };
}

/** As much as a pipe holds. */
const room = once(() => Buffer.allocUnsafeSlow(64 * 1024));

function takeAll(fd: number, heard: (chunk: Buffer) => void): boolean {
  try {
    for (let length = -1; length !== 0; ) {
      length = readSync(fd, room());
      if (length > 0) heard(Buffer.from(room().subarray(0, length)));
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return false;
    throw error;
  }
}

async function makeMore(): Promise<void> {
  const home = memoryFolder();
  const length = Math.min(Math.max(FIRST_BATCH, made), LARGEST_BATCH);
  const paths = Array.from({ length }, () => join(home, String(made++)));
  // Writable to all, in a folder that is not: a stage that runs as another user opens its own end anew.
  const args = ["-m", "666", ...paths];
  const env = { PATH: process.env.PATH ?? "" };
  const small = await startByShell({ file: "mkfifo", args, cwd: "/", env }, null, null);
  const [code] = (await small?.ended) ?? [];
  if (code !== 0) await promisify(execFile)("mkfifo", args);
  spare.push(...paths);
}
