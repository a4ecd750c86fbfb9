/** Ends processes with all that they started, also what left its process group. Linux tells by /proc. */
import { readdirSync, readFileSync } from "node:fs";

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

/** Everything that carries this job's tracking variable, whoever its parent is now. */
export function killTracked(trackingId: string): void {
  for (const pid of processIds()) {
    if (pid === process.pid) continue;
    if (read(`/proc/${pid}/environ`).split("\0").includes(`RUNNER_TRACKING_ID=${trackingId}`)) send(pid);
  }
}
