/** A run folder is for one run: whoever would begin another one in it is refused before anything is touched. */
import { join } from "node:path";
import { runFolderOwner } from "../ledger/lock.ts";
import { exists, FILES, RunFolderError } from "./folder.ts";

export async function refuseUsedFolder(root: string): Promise<void> {
  const owner = await runFolderOwner(root);
  if (owner === null && !(await exists(join(root, FILES.log)))) return;
  const driven = owner === null ? "" : `, driven by process ${owner.pid} on ${owner.host}`;
  throw new RunFolderError(
    `${root} holds a run already${driven}`,
    "resume it with `attractor resume`, or give another --logs-root or --run-id",
  );
}
