/** `{node}/status.json`: the latest attempt's, whatever wrote it, always with `outcome` (the specification's Appendix C). */
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
import { held } from "../git/held-folder.ts";
import { createHeld, readPlainFile } from "../git/plain-file.ts";
import { syncFolder } from "../ledger/atomic.ts";
import { errorNumber } from "../ledger/write-failed.ts";

const sync = promisify(fsync);
/** Of a status that the stage wrote: as much as the engine reads of one. */
const STATUS_BYTES = 1024 * 1024;

/** Old or new and never torn, whenever it is read. Small calls are synchronous: a turn of the loop each costs more. */
export async function showLatest(path: string, stageDir: string, result: AttemptResult): Promise<void> {
  const next = join(dirname(path), ".status.tmp");
  // The stage may have removed its own folder.
  mkdirSync(stageDir, { recursive: true });
  // What a killed driver left half way.
  rmSync(next, { force: true });
  const own = `${JSON.stringify(asStatus(result.outcome), null, 2)}\n`;
  // A tool that wrote none, as most: then its outcome is its status, in its folder too.
  const text = put(stageDir, own) ? own : ((await shown(stageDir, result)) ?? own);
  await writeSynced(next, text);
  renameSync(next, path);
  for (const name of TEXTS) showText(dirname(path), stageDir, name);
  await syncFolder(dirname(path));
}

/** False when something stands there already. */
function put(stageDir: string, text: string): boolean {
  try {
    held(stageDir, (folder) => createHeld(folder.at("status.json"), text));
    return true;
  } catch (error) {
    if (errorNumber(error) === "EEXIST") return false;
    throw error;
  }
}

/** What the stage wrote, and the outcome beside it. Null: no file of JSON that can be read here. */
async function shown(stageDir: string, { outcome }: AttemptResult): Promise<string | null> {
  const text = await readPlainFile(join(stageDir, "status.json"), STATUS_BYTES);
  if (text === null) return null;
  try {
    const json: unknown = JSON.parse(text);
    if (json === null || typeof json !== "object" || Array.isArray(json)) return null;
    return `${JSON.stringify({ ...json, outcome: outcome.status }, null, 2)}\n`;
  } catch {
    // Broken, or nested deeper than can be written again.
    return null;
  }
}

/** What an agent was asked and said (specification 5.6). */
const TEXTS = ["prompt.md", "response.md"];

/** The latest attempt's, or none: never an earlier one's. A link that the stage put there is no text of its. */
function showText(folder: string, stageDir: string, name: string): void {
  const to = join(folder, name);
  rmSync(to, { force: true });
  const next = join(folder, ".text.tmp");
  rmSync(next, { force: true });
  if (!linked(join(stageDir, name), next)) return;
  // Looked at here, where the stage cannot swap it any more.
  if (lstatSync(next).isFile()) renameSync(next, to);
  else rmSync(next);
}

/** False when there is no such file, or a folder. */
function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (["ENOENT", "EPERM", "EISDIR"].includes(errorNumber(error))) return false;
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
