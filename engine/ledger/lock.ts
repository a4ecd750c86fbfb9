/**
 * One process drives a run folder (R-CKPT-8). A live owner is named, a dead one is taken over.
 *
 * Owners are numbered: `lock/7.json` may be created once, and only by who saw that owner 6 is gone. The highest number
 * holds the lock, so two that find the same dead owner cannot both become the next one.
 */

import { randomBytes } from "node:crypto";
import { link, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { asJson } from "../as-json.ts";
import { FixableError } from "../fixable-error.ts";
import { writeJsonAtomic, writeSynced } from "./atomic.ts";
import { processStart, UNKNOWN_START } from "./process-identity.ts";
import { errorNumber } from "./write-failed.ts";

const Owner = z.object({
  pid: z.number().int().positive(),
  /** Start of the process, so that a pid used again is not taken for its owner. */
  start: z.string().min(1),
  host: z.string(),
  run_id: z.string(),
  acquired_at: z.string(),
  released: z.boolean(),
});
export type LockOwner = z.infer<typeof Owner>;

export interface RunLock {
  readonly owner: LockOwner;
  /** The owner that died without release, if any: nobody has ended its run yet. */
  readonly tookOverFrom: LockOwner | null;
  release(): Promise<void>;
}

/** Raised when another process drives this run folder, or when nobody can tell. */
export class LockedError extends FixableError {
  override readonly name = "LockedError";
  readonly owner: LockOwner | null;
  constructor(message: string, fix: string, owner: LockOwner | null) {
    super(message, fix);
    this.owner = owner;
  }
}

export async function lockRunFolder(folder: string, runId: string): Promise<RunLock> {
  const locks = join(folder, "lock");
  await mkdir(locks, { recursive: true });
  const owner = await thisProcess(runId);
  for (;;) {
    const before = await highest(locks);
    const last = before === 0 ? null : await readOwner(numbered(locks, before));
    if (last === "gone") continue;
    if (last && (await holds(last))) throw locked(folder, numbered(locks, before), last);
    const mine = numbered(locks, before + 1);
    if (!(await createOnce(mine, owner))) continue;
    // Whoever saw an old list may have created a number that was used and dropped before.
    if ((await highest(locks)) !== before + 1) {
      await rm(mine, { force: true });
      continue;
    }
    if (before > 0) await rm(numbered(locks, before), { force: true });
    return {
      owner,
      tookOverFrom: last && !last.released ? last : null,
      // Kept, not removed: the number must stay used.
      release: () => writeJsonAtomic(mine, { ...owner, released: true }),
    };
  }
}

/** Who drives the run folder now; null when nobody does. */
export async function runFolderOwner(folder: string): Promise<LockOwner | null> {
  const locks = join(folder, "lock");
  for (;;) {
    const number = await highest(locks);
    if (number === 0) return null;
    const owner = await readOwner(numbered(locks, number));
    if (owner !== "gone") return (await holds(owner)) ? owner : null;
  }
}

const numbered = (locks: string, number: number): string => join(locks, `${number}.json`);

async function thisProcess(runId: string): Promise<LockOwner> {
  const start = (await processStart(process.pid)) ?? UNKNOWN_START;
  const acquired_at = new Date().toISOString();
  return { pid: process.pid, start, host: hostname(), run_id: runId, acquired_at, released: false };
}

async function holds(owner: LockOwner): Promise<boolean> {
  if (owner.released) return false;
  // Another machine's processes cannot be seen from here; only its people know.
  if (owner.host !== hostname()) return true;
  const start = await processStart(owner.pid);
  return (
    start !== null && (start === owner.start || start === UNKNOWN_START || owner.start === UNKNOWN_START)
  );
}

async function highest(locks: string): Promise<number> {
  const names = await readdir(locks).catch((error: unknown) => {
    if (errorNumber(error) === "ENOENT") return [];
    throw error;
  });
  return Math.max(0, ...names.map((name) => Number(/^([1-9]\d{0,14})\.json$/.exec(name)?.[1] ?? 0)));
}

async function readOwner(path: string): Promise<LockOwner | "gone"> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (errorNumber(error) === "ENOENT") return "gone";
    throw error;
  }
  try {
    return Owner.parse(JSON.parse(text));
  } catch {
    const fix = `make sure that no process uses the run folder, then remove ${path}`;
    throw new LockedError(`${path} is not readable as a lock`, fix, null);
  }
}

/** The file appears whole or not at all, and to one caller only. */
async function createOnce(path: string, owner: LockOwner): Promise<boolean> {
  const temp = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  await writeSynced(temp, asJson(owner));
  try {
    await link(temp, path);
    return true;
  } catch (error) {
    if (errorNumber(error) === "EEXIST") return false;
    throw error;
  } finally {
    await rm(temp, { force: true });
  }
}

function locked(folder: string, path: string, owner: LockOwner): LockedError {
  const message = `${folder} is driven by process ${owner.pid} on ${owner.host} since ${owner.acquired_at}`;
  const fix =
    owner.host === hostname()
      ? `wait for it, or stop it with: attractor stop ${folder}`
      : `if that machine no longer works on the run, remove ${path}`;
  return new LockedError(message, fix, owner);
}
