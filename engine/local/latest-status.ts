/** `{node}/status.json`: the latest attempt's, whatever wrote it, always with `outcome` (the specification's Appendix C). */

import { closeSync, linkSync, lstatSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { asJson } from "../as-json.ts";
import { type AttemptResult, asStatus } from "../core/outcome.ts";
import { held } from "../git/held-folder.ts";
import { createHeld, readPlainFile } from "../git/plain-file.ts";
import { workUser } from "../git/work-user.ts";
import { syncFile, syncFolder, writeSynced } from "../ledger/atomic.ts";
import { errorNumber } from "../ledger/write-failed.ts";
import { isThere } from "../stages/status/read.ts";

/** Of a status that the stage wrote: as much as the engine reads of one. */
const STATUS_BYTES = 1024 * 1024;

/** Old or new and never torn, whenever it is read. Small calls are synchronous: a turn of the loop each costs more. */
export async function showLatest(path: string, stageDir: string, result: AttemptResult): Promise<void> {
  const next = join(dirname(path), ".status.tmp");
  const own = asJson(asStatus(result.outcome));
  // A tool that wrote none, as most: then its outcome is its status, in its folder too, and one file for both.
  if (put(stageDir, own)) await nextIs(join(stageDir, "status.json"), next, own);
  else await writeNext(next, (await shown(stageDir, result)) ?? own);
  renameSync(next, path);
  for (const name of TEXTS) showText(dirname(path), stageDir, name);
  await syncFolder(dirname(path));
}

/** Under a second name, where no other user owns it. */
async function nextIs(made: string, next: string, text: string): Promise<void> {
  if (workUser() !== null || !linkedAnew(made, next)) return await writeNext(next, text);
  const fd = openSync(next, "r+");
  try {
    await syncFile(fd);
  } finally {
    closeSync(fd);
  }
}

/** False when something stands there already. */
function put(stageDir: string, text: string): boolean {
  const create = () => held(stageDir, (folder) => createHeld(folder.at("status.json"), text));
  try {
    create();
    return true;
  } catch (error) {
    if (errorNumber(error) === "EEXIST") return false;
    if (errorNumber(error) !== "ENOENT") throw error;
    // The stage removed its own folder.
    mkdirSync(stageDir, { recursive: true });
    create();
    return true;
  }
}

/** What the stage wrote, and the outcome beside it. Null: no file of JSON that can be read here. */
async function shown(stageDir: string, { outcome }: AttemptResult): Promise<string | null> {
  const text = await readPlainFile(join(stageDir, "status.json"), STATUS_BYTES);
  if (text === null) return null;
  try {
    const json: unknown = JSON.parse(text);
    if (json === null || typeof json !== "object" || Array.isArray(json)) return null;
    return asJson({ ...json, outcome: outcome.status });
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
  const from = join(stageDir, name);
  if (!isThere(from) && !isThere(to)) return;
  rmSync(to, { force: true });
  const next = join(folder, ".text.tmp");
  if (!linkedAnew(from, next)) return;
  // Looked at here, where the stage cannot swap it any more.
  if (lstatSync(next).isFile()) renameSync(next, to);
  else rmSync(next);
}

/** False when there is no such file, or a folder, or no second name can be had. What a killed driver left is overwritten. */
function linkedAnew(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (errorNumber(error) !== "EEXIST") {
      if (UNLINKABLE.has(errorNumber(error))) return false;
      throw error;
    }
    rmSync(to);
    return linkedAnew(from, to);
  }
}

const UNLINKABLE = new Set(["ENOENT", "EPERM", "EISDIR", "EMLINK", "ENOTSUP", "EXDEV"]);

async function writeNext(path: string, text: string): Promise<void> {
  // What a killed driver left half way.
  rmSync(path, { force: true });
  await writeSynced(path, text);
}
