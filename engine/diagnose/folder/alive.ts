/** Whether a process still drives the run of a folder. Reads only: nothing is locked, and no loss is recorded. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runFolderOwner } from "../../ledger/lock.ts";
import { isObject, number } from "../facts/read.ts";
import { readJsonFile, withPlain } from "./plain.ts";

export async function isDriven(root: string, runId: string): Promise<boolean | null> {
  // Ours: whoever drives the run holds its lock.
  if (existsSync(join(root, "lock"))) return (await runFolderOwner(root).catch(() => null)) !== null;
  const lock = readJsonFile(join(root, "run.lock.json"));
  const locked = lock.kind === "read" && isObject(lock.value) ? number(lock.value, "pid") : null;
  const pid = locked ?? pidIn(join(root, "run.pid"));
  return pid === null ? null : isOfRun(pid, runId, root);
}

function pidIn(path: string): number | null {
  const opened = withPlain(path, (fd, bytes) => (bytes > 100 ? "" : readFileSync(fd, "utf8")));
  const pid = opened.kind === "read" ? Number.parseInt(opened.value, 10) : Number.NaN;
  return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
}

/** Numbers are used again, and a folder may come from another machine: its command line must name the run. */
function isOfRun(pid: number, runId: string, root: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    return words.includes(root) || (runId !== "" && words.includes(runId)) || /kilroy/.test(words);
  } catch {
    return false;
  }
}
