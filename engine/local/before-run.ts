/** The checks before a run, and their report in its folder. */
import { join } from "node:path";
import { filesIn, thisMachine } from "../agents/preflight/machine.ts";
import { type Preflight, preflight, preflightReport } from "../agents/preflight/preflight.ts";
import { failed, PreflightError, warningsOf } from "../agents/preflight/report.ts";
import type { EventBody } from "../core/events.ts";
import { writeJsonAtomic } from "../ledger/atomic.ts";
import type { ParentEnv } from "../stages/inherit-env.ts";
import { FILES } from "./folder.ts";

interface About extends Omit<Preflight, "machine" | "files" | "pipeline"> {
  readonly root: string;
  readonly env: ParentEnv;
}

export interface BeforeRun extends About {
  readonly pipeline: Preflight["pipeline"];
  /** Where stages will work, as it is before any of them. */
  readonly workdir: string;
}

/** What the log is to say before anything else. Models are asked where the configuration says so. */
export async function checkBeforeRun({ root, env, workdir, ...asked }: BeforeRun): Promise<EventBody[]> {
  const { enabled } = asked.config.preflight.prompt_probes;
  const report = await preflight({
    ...{ probe: enabled, ...asked },
    ...{ machine: thisMachine(env), files: filesIn(workdir) },
  });
  await writeJsonAtomic(join(root, FILES.preflight), report);
  if (report.summary.fail > 0) throw new PreflightError(report);
  return warningsOf(report);
}

/** A graph that cannot be read is reported like all else that keeps a run from beginning. */
export async function reportInvalid<T>({ root, ...about }: About, read: () => T): Promise<T> {
  try {
    return read();
  } catch (error) {
    const problems = error instanceof Error && "problems" in error ? (error.problems as string[]) : [];
    const report = preflightReport(about, about.now(), failed("graph_validation", problems));
    await writeJsonAtomic(join(root, FILES.preflight), report);
    throw error;
  }
}
