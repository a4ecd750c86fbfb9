/** Which process a pid meant: the system gives a pid again, but never a pid with the same start. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { errorNumber } from "./write-failed.ts";

const run = promisify(execFile);

/** It runs, but nothing here can tell since when: it must be taken for the process that was meant. */
export const UNKNOWN_START = "unknown";

/** A text that no two processes of one pid share, or null when no such process runs. */
export async function processStart(pid: number, proc = "/proc"): Promise<string | null> {
  if (!signalable(pid)) return null;
  const boot = await readFile(`${proc}/sys/kernel/random/boot_id`, "utf8").catch(() => null);
  return boot === null ? await startByPs(pid) : await startByProc(pid, proc, boot.trim());
}

function signalable(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, and is another user's.
    return errorNumber(error) === "EPERM";
  }
}

/** Linux: clock ticks between boot and start. A zombie is dead; only its parent has not looked yet. */
async function startByProc(pid: number, proc: string, boot: string): Promise<string | null> {
  const stat = await readFile(`${proc}/${pid}/stat`, "utf8").catch(() => null);
  if (stat === null) return null;
  // The command's name stands in brackets and may hold anything, so count from the last one.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return isDead(fields[0] ?? "") ? null : `${boot}/${fields[19]}`;
}

/** Elsewhere: the second of its start, as every `ps` tells it. */
async function startByPs(pid: number): Promise<string | null> {
  const env = { PATH: process.env.PATH ?? "", LC_ALL: "C", TZ: "UTC" };
  try {
    const { stdout } = await run("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { env });
    const [state = "", ...start] = stdout.trim().split(/\s+/);
    return isDead(state) ? null : start.join(" ");
  } catch (error) {
    return typeof (error as { code?: unknown }).code === "number" ? null : UNKNOWN_START;
  }
}

const isDead = (state: string): boolean => /^[ZXx]/.test(state);
