/** Processes that left their group but still carry a stage's mark in their environment (Linux; elsewhere none are found). */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { processIds, readProc } from "./proc.ts";

/** `NAME=value` as it stands in a process's environment; one that ends in a slash is also the start of longer values. */
export type StrayMark = `${string}=${string}`;

const POLL_MS = 10;
const CLOSE_RANGE = 4096;

/**
 * Every process of a run and of the runs that its managers started, whose folders lie in its own. By the folder, since
 * two repositories may use one run id (R-SEC-7).
 */
export function marksOfRun(root: string): readonly StrayMark[] {
  const real = existsSync(root) ? realpathSync(root) : root;
  return [`ATTRACTOR_LOGS_ROOT=${real}`, `ATTRACTOR_LOGS_ROOT=${real}/`];
}

/** `since`: only processes begun after that one, which is much cheaper to find. */
export function findMarked(marks: readonly StrayMark[], since: number | null): readonly number[] {
  if (process.platform !== "linux") return [];
  return candidates(since).filter((pid) => pid !== process.pid && carries(pid, marks));
}

/** Asks them to end, then makes them. Resolves with the ids that neither did. */
export async function endMarked(
  marks: readonly StrayMark[],
  since: number | null,
  graceMs: number,
): Promise<EndedStrays> {
  const found = new Set(findMarked(marks, since));
  for (const pid of found) sendSignal(pid, "SIGTERM");
  const started = performance.now();
  let alive: readonly number[] = [...found];
  while (alive.length > 0 && performance.now() - started < graceMs + FORCE_MS) {
    if (performance.now() - started >= graceMs) for (const pid of alive) sendSignal(pid, "SIGKILL");
    await sleep(POLL_MS);
    // A stray may have begun others meanwhile.
    alive = findMarked(marks, since);
    for (const pid of alive) found.add(pid);
  }
  return { ended: found.size - alive.length, alive };
}

/** How long after SIGKILL a process may take to be gone; longer means it cannot be killed from here. */
export const FORCE_MS = 5000;

export interface EndedStrays {
  readonly ended: number;
  readonly alive: readonly number[];
}

/** Process ids only grow until they wrap, so those begun after `since` lie between it and the newest. */
function candidates(since: number | null): readonly number[] {
  const newest = since === null ? 0 : newestPid();
  if (since !== null && newest >= since && newest - since <= CLOSE_RANGE) {
    const between = Array.from({ length: newest - since }, (_, index) => since + 1 + index);
    // Most are gone or other people's; opening one that is gone costs ten times as much.
    return between.filter((pid) => existsSync(`/proc/${pid}`));
  }
  return processIds();
}

/** The machine has begun nothing after this process, so it left nothing. A number is not given again while it is one's. */
export const isNewest = (pid: number): boolean => process.platform === "linux" && newestPid() === pid;

function newestPid(): number {
  return Number(readFileSync("/proc/loadavg", "utf8").trim().split(" ").at(-1));
}

/** Another user's cannot be looked at: not one that this process could have marked and may end. */
function carries(pid: number, marks: readonly StrayMark[]): boolean {
  const environment = `\0${readProc(pid, "environ")}`;
  return marks.some((mark) => environment.includes(mark.endsWith("/") ? `\0${mark}` : `\0${mark}\0`));
}

export function sendSignal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone meanwhile.
  }
}
