/** Every process of a user, whatever session or group it moved to: ended by the user, so that none can fork away from the look. */
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { processIds, readProc } from "../../engine/stages/proc.ts";

const GONE_MS = 10_000;
const POLL_MS = 10;

/** `command`: the step down to the user. Says what lives all the same, null when nothing does. */
export async function endAllOf(
  uid: number,
  command: readonly string[],
  goneMs = GONE_MS,
): Promise<string | null> {
  const last = performance.now() + goneMs;
  for (;;) {
    await killAsUser(command);
    const alive = processesOf(uid);
    if (alive.length === 0) return null;
    if (performance.now() > last) return `processes that no signal ends: ${alive.join(", ")}`;
    await sleep(POLL_MS);
  }
}

/** The kernel signals all that the user may signal in one step, in which nothing forks. The shell itself is spared, and ends. */
const killAsUser = ([file = "", ...args]: readonly string[]): Promise<void> =>
  new Promise((resolve) => {
    execFile(file, [...args, "/bin/sh", "-c", "kill -KILL -1"], { env: {} }, () => resolve());
  });

export const processesOf = (uid: number): number[] =>
  processIds().filter((pid) => {
    const status = readProc(pid, "status");
    return !/^State:\s+[ZX]/m.test(status) && new RegExp(`^Uid:(?:\\s+\\d+)*\\s${uid}\\s`, "m").test(status);
  });
