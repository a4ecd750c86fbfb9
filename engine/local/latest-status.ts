/** `{node}/status.json`: the latest attempt's, whatever wrote it. A projection: another name for a file that stays. */
import { randomBytes } from "node:crypto";
import { link, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AttemptResult } from "../core/outcome.ts";

export async function showLatest(path: string, stageDir: string, result: AttemptResult): Promise<void> {
  const status = join(stageDir, "status.json");
  const next = join(dirname(path), `.status.${randomBytes(4).toString("hex")}.tmp`);
  // A tool that wrote none, as most: then its outcome is its status. `wx`: what the stage wrote is never overwritten.
  await writeFile(status, `${JSON.stringify(result.outcome, null, 2)}\n`, { flag: "wx" }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    },
  );
  await link(status, next);
  await rename(next, path);
}
