/** `{node}/status.json`: the latest attempt's, whatever wrote it. A projection: another name for a file that stays. */
import {
  closeSync,
  fsync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { type AttemptResult, asStatus } from "../core/outcome.ts";
import { syncFolder } from "../ledger/atomic.ts";
import { errorNumber } from "../ledger/write-failed.ts";

const sync = promisify(fsync);

/** Old or new and never torn, whenever it is read. Small calls are synchronous: a turn of the loop each costs more. */
export async function showLatest(path: string, stageDir: string, result: AttemptResult): Promise<void> {
  const status = join(stageDir, "status.json");
  const next = join(dirname(path), ".status.tmp");
  // The stage may have removed its own folder.
  mkdirSync(stageDir, { recursive: true });
  // What a killed driver left half way.
  rmSync(next, { force: true });
  // A tool that wrote none, as most: then its outcome is its status, in its folder too.
  if (!linked(status, next)) {
    await writeSynced(next, `${JSON.stringify(asStatus(result.outcome), null, 2)}\n`);
    linkSync(next, status);
  }
  renameSync(next, path);
  for (const name of TEXTS) showText(dirname(path), stageDir, name);
  await syncFolder(dirname(path));
}

/** What an agent was asked and said (specification 5.6). */
const TEXTS = ["prompt.md", "response.md"];

/** The latest attempt's, or none: never an earlier one's. A link that the stage put there is no text of its. */
function showText(folder: string, stageDir: string, name: string): void {
  const from = join(stageDir, name);
  const to = join(folder, name);
  rmSync(to, { force: true });
  if (lstatSync(from, { throwIfNoEntry: false })?.isFile()) linked(from, to);
}

/** False when there is no such file. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (errorNumber(error) === "ENOENT") return false;
    throw error;
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const fd = openSync(path, "wx", 0o644);
  try {
    writeSync(fd, text);
    await sync(fd);
  } finally {
    closeSync(fd);
  }
}
