/** The open log file: appended to, cut, measured. Errors are told with path and fix. */
import { fdatasync, statSync, writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { promisify } from "node:util";
import { writeFailed } from "./write-failed.ts";

const sync = promisify(fdatasync);

export interface LogFile {
  append(data: Buffer, durable: boolean): Promise<void>;
  cut(length: number): Promise<void>;
  close(): Promise<void>;
}

/** `ax` creates and refuses an existing file, `a` needs one. */
export async function openLogFile(path: string, flags: "a" | "ax"): Promise<LogFile> {
  const handle: FileHandle = await open(path, flags);
  const { fd } = handle;
  return {
    append: async (data, durable) => {
      // A write may take less than it was given: on a full disk the rest fails with the cause.
      // Into memory, which takes microseconds: a turn through another thread takes more. The sync below has its own.
      for (let at = 0; at < data.length; ) at += writeSync(fd, data, at, data.length - at);
      if (durable) await sync(fd);
    },
    cut: async (length) => {
      await handle.truncate(length);
      await sync(fd);
    },
    close: () => handle.close(),
  };
}

/** What the path holds now, which is not our open file when somebody moved it away. */
export function sizeAt(path: string): number {
  try {
    return statSync(path).size;
  } catch (error) {
    throw writeFailed(path, error);
  }
}
