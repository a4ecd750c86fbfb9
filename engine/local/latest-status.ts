/** `{node}/status.json`: the latest attempt's, whatever wrote it. A projection: another name for a file that stays. */
import { linkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { AttemptResult } from "../core/outcome.ts";

/** Synchronous: three small calls of the system, at every stage's end, where a turn of the loop each costs more. */
export function showLatest(path: string, stageDir: string, result: AttemptResult): void {
  const status = join(stageDir, "status.json");
  const next = join(dirname(path), ".status.tmp");
  // A tool that wrote none, as most: then its outcome is its status. `wx`: what the stage wrote is never overwritten.
  try {
    writeFileSync(status, `${JSON.stringify(result.outcome, null, 2)}\n`, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  // What a killed driver left half way.
  rmSync(next, { force: true });
  linkSync(status, next);
  renameSync(next, path);
}
