/** Ends processes with all that they started, also what left its process group. Linux tells by /proc. */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

const processIds = (): readonly number[] => {
  try {
    return readdirSync("/proc")
      .map(Number)
      .filter((pid) => Number.isInteger(pid) && pid > 0);
  } catch {
    return [];
  }
};

const read = (path: string): string => {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
};

function send(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has gone already.
  }
}

const parentOf = (pid: number): number =>
  Number(/^\d+ \(.*\) \S (\d+)/s.exec(read(`/proc/${pid}/stat`))?.[1] ?? 0);

export function killTree(root: number): void {
  const children = Map.groupBy(processIds(), parentOf);
  const doomed = [root];
  for (const pid of doomed) doomed.push(...(children.get(pid) ?? []));
  send(-root);
  for (const pid of doomed) send(pid);
}

/** Everything that carries this job's tracking variable, whoever its parent is now. True: there was something. */
export function killTracked(trackingId: string): boolean {
  const tracked = processIds().filter(
    (pid) =>
      pid !== process.pid &&
      read(`/proc/${pid}/environ`).split("\0").includes(`RUNNER_TRACKING_ID=${trackingId}`),
  );
  for (const pid of tracked) send(pid);
  return tracked.length > 0;
}

const LOOK_MS = 5;
const MOST_LOOKS = 2_000;

/** Waits until nothing of it lives: a signal takes time where the machine is busy. */
export async function endTracked(trackingId: string): Promise<void> {
  for (let looks = 0; looks < MOST_LOOKS && killTracked(trackingId); looks++) await setTimeout(LOOK_MS);
}
