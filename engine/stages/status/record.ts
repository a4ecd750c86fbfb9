/** `status.json` in the attempt's folder says what the attempt's outcome is, whatever the stage wrote there. */
import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { asStatus, type Outcome } from "../../core/outcome.ts";
import { removePlain } from "../../git/plain-file.ts";
import { writeJsonAtomic } from "../../ledger/atomic.ts";
import { statusPath } from "./paths.ts";

/** A file that was overruled, broken or in an older shape is kept beside it as `status.received.json`. */
export async function recordStatus(
  stageDir: string,
  outcome: Outcome,
  unknown: Readonly<Record<string, unknown>>,
): Promise<void> {
  const path = statusPath(stageDir);
  if (existsSync(path)) {
    const received = join(stageDir, "status.received.json");
    // A stage may have put a folder there.
    await removePlain(received);
    await rename(path, received);
  }
  await writeJsonAtomic(path, { ...unknown, ...asStatus(outcome) });
}
