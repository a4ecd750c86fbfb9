/** `status.json` in the attempt's folder says what the attempt's outcome is, whatever the stage wrote there. */

import { lstatSync, renameSync } from "node:fs";
import { asJson } from "../../as-json.ts";
import { asStatus, type Outcome } from "../../core/outcome.ts";
import { held, removeHeld } from "../../git/held-folder.ts";
import { writeNewFile } from "../../git/plain-file.ts";
import { statusPath } from "./paths.ts";

/** A file that was overruled, broken or in an older shape is kept beside it as `status.received.json`. */
export async function recordStatus(
  stageDir: string,
  outcome: Outcome,
  unknown: Readonly<Record<string, unknown>>,
): Promise<void> {
  held(stageDir, (folder) => {
    const written = folder.at("status.json");
    if (lstatSync(written, { throwIfNoEntry: false }) === undefined) return;
    const received = folder.at("status.received.json");
    // A stage may have put a folder there.
    removeHeld(received);
    renameSync(written, received);
  });
  const status = { ...unknown, ...asStatus(outcome) };
  await writeNewFile(statusPath(stageDir), asJson(status));
}
