/** The last resort of a second Ctrl-C: every process that carries this run's name, ended at once. */
import { readdirSync, readFileSync } from "node:fs";

export function killRunning(runId: string): void {
  const mark = `ATTRACTOR_RUN_ID=${runId}`;
  let names: string[];
  try {
    names = readdirSync("/proc");
  } catch {
    return; // No /proc here: the process groups get the terminal's own signal.
  }
  for (const pid of names.filter((name) => /^\d+$/.test(name)).map(Number)) {
    if (pid === process.pid) continue;
    try {
      if (readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(mark))
        process.kill(pid, "SIGKILL");
    } catch {
      // Gone already, or not ours to see.
    }
  }
}
