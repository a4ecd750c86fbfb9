/** Makes a folder and those above it; when that fails, says which one and why, in the system's own words. */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { errorNumber, writeFailed } from "./write-failed.ts";

export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw writeFailed(path, await cause(path, error));
  }
}

/** Node reports a missing folder where the one above it may not be written: making that one tells the cause. */
async function cause(path: string, error: unknown): Promise<unknown> {
  if (errorNumber(error) !== "ENOENT" || dirname(path) === path) return error;
  try {
    await mkdir(path);
    return error;
  } catch (own) {
    return errorNumber(own) === "ENOENT" ? await cause(dirname(path), own) : own;
  }
}
