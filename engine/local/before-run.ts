/** The free checks before a run, and their report in its folder. */
import { join } from "node:path";
import { thisMachine } from "../agents/preflight/machine.ts";
import { type Preflight, preflight } from "../agents/preflight/preflight.ts";
import { PreflightError, warningsOf } from "../agents/preflight/report.ts";
import type { EventBody } from "../core/events.ts";
import { writeJsonAtomic } from "../ledger/atomic.ts";
import type { ParentEnv } from "../stages/inherit-env.ts";
import { FILES } from "./folder.ts";

export interface BeforeRun extends Omit<Preflight, "machine"> {
  readonly root: string;
  readonly env: ParentEnv;
}

/** What the log is to say before anything else. */
export async function checkBeforeRun({ root, env, ...asked }: BeforeRun): Promise<EventBody[]> {
  const report = await preflight({ ...asked, machine: thisMachine(env) });
  await writeJsonAtomic(join(root, FILES.preflight), report);
  if (report.summary.fail > 0) throw new PreflightError(report);
  return warningsOf(report);
}
