/** How other processes reach a running driver: one small file each, taken in order, gone once recorded. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Clock } from "../clock.ts";
import { writeJsonAtomic } from "../ledger/atomic.ts";

const Control = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("cancel"), by: z.string(), reason: z.string() }),
  z.object({ kind: z.literal("answer"), by: z.string(), gate: z.string(), label: z.string() }),
]);
export type Control = z.infer<typeof Control>;

const FOLDER = "control";
const POLL_MS = 200;

export async function sendControl(root: string, control: Control, now: number): Promise<void> {
  await mkdir(join(root, FOLDER), { recursive: true });
  await writeJsonAtomic(join(root, FOLDER, `${now}-${randomBytes(4).toString("hex")}.json`), control);
}

/** Hands every control to `take` once; a file that is none is dropped with its problem. */
export function watchControls(
  root: string,
  clock: Clock,
  signal: AbortSignal,
  take: (control: Control) => void,
  refuse: (problem: string) => void,
): Promise<void> {
  return (async () => {
    while (!signal.aborted) {
      for (const name of await names(root)) {
        const path = join(root, FOLDER, name);
        const parsed = Control.safeParse(await readJson(path));
        await rm(path, { force: true });
        if (parsed.success) take(parsed.data);
        else refuse(`${path}: ${z.prettifyError(parsed.error)}`);
      }
      await clock.sleep(POLL_MS, signal);
    }
  })();
}

async function names(root: string): Promise<string[]> {
  const folder = join(root, FOLDER);
  // Usually there is none: an answer, where an exception five times a second is dear.
  if (!existsSync(folder)) return [];
  return (await readdir(folder).catch(() => [])).filter((name) => /^\d+-\w+\.json$/.test(name)).sort();
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    return String(error);
  }
}
