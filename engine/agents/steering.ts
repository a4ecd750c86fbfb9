/** What a person says to an agent while it works: a file each in the run folder, handed over once (specification 9.6). */
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { digestOf } from "../digest.ts";
import { writeJsonAtomic } from "../ledger/atomic.ts";
import { beforeCut } from "../stages/whole-lines.ts";
import type { Steering } from "./port.ts";

const MOST_BYTES = 64 * 1024;

export interface Steer {
  readonly text: string;
  readonly by: string;
}

export async function sendSteering(root: string, node: string, steer: Steer, now: number): Promise<void> {
  const folder = folderOf(root, node);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await writeJsonAtomic(
    join(folder, `${String(now).padStart(15, "0")}-${randomBytes(4).toString("hex")}.json`),
    steer,
  );
}

export const steeringFor = (root: string, node: string): Steering => ({
  take: () => names(folderOf(root, node)).flatMap((path) => read(path)),
});

/** Beside what the driver owns alone: no stage may write there. */
const folderOf = (root: string, node: string): string =>
  join(root, "control", "steer", digestOf(node).replace(/\W/g, "").slice(-16));

function names(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** Gone before it is handed over: it is said once, or not at all, never twice. */
function read(path: string): string[] {
  try {
    const { text } = JSON.parse(readFileSync(path, "utf8")) as { text?: unknown };
    rmSync(path);
    return typeof text === "string" && text !== "" ? [fitting(text)] : [];
  } catch {
    rmSync(path, { force: true });
    return [];
  }
}

/** Cut between lines: half a secret at the cut would pass the mask of the attempt's log. */
function fitting(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= MOST_BYTES ? text : beforeCut(bytes.subarray(0, MOST_BYTES)).toString("utf8");
}
