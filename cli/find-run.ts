/** A run named on the command line: its folder, or its id under `.attractor/runs` here or further up. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { RUN_ID } from "../engine/local/run-id.ts";
import { UsageError } from "./options.ts";

export function findRun(name: string, here: string): string {
  const folder = resolve(here, name);
  if (existsSync(folder)) return folder;
  if (RUN_ID.test(name)) {
    for (let at = resolve(here); ; at = dirname(at)) {
      const run = join(at, ".attractor", "runs", name);
      if (existsSync(run)) return run;
      if (dirname(at) === at) break;
    }
  }
  throw new UsageError(`there is no run folder ${folder}, and no run ${name} under .attractor/runs`);
}

/** What follows the command, with `--run-id` in the run's place. */
export const withRunId = (positionals: readonly string[], runId: string | undefined): readonly string[] =>
  runId === undefined ? positionals : [runId, ...positionals];

/** The run as the only argument, or with `--run-id`. */
export function runNamed(positionals: readonly string[], runId: string | undefined): string {
  const [name, ...more] = withRunId(positionals, runId);
  if (name === undefined) throw new UsageError("name a run folder, or a run with --run-id");
  if (more.length > 0) throw new UsageError(`${JSON.stringify(more[0])} is one too many`);
  return findRun(name, process.cwd());
}
