/** `final.json` as it lies in a run folder: whether it is the run's end, or that of a part which a resume left behind. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeJsonAtomic } from "../ledger/atomic.ts";
import type { Final } from "../ledger/projections/final.ts";
import { FILES } from "./folder.ts";

const SUPERSEDED = "superseded by resume";

const Stored = z.looseObject({ run_id: z.string(), status: z.string() });

/** The run's end; null when there is none, when it cannot be read, and when a resume has gone on from it. */
export async function storedFinal(root: string): Promise<Final | null> {
  const final = await read(join(root, FILES.final));
  return final === null || final.status === SUPERSEDED ? null : (final as unknown as Final);
}

/** Whoever watches the base or a restart's folder learns that the end there is not the end any more (R-LIFE-10). */
export async function supersedeFinals(root: string): Promise<void> {
  const restarts = (await readdir(root)).filter((name) => /^restart-\d+$/.test(name));
  for (const folder of [root, ...restarts.map((name) => join(root, name))]) {
    const path = join(folder, FILES.final);
    const final = await read(path);
    if (final === null || final.status === SUPERSEDED) continue;
    await writeJsonAtomic(path, { ...final, status: SUPERSEDED, superseded_status: final.status });
  }
}

async function read(path: string): Promise<z.infer<typeof Stored> | null> {
  const text = await readFile(path, "utf8").catch(() => "");
  try {
    return Stored.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
