/** A run named on the command line: its folder, or its id under `.attractor/runs` here or further up. */

import { existsSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { FixableError } from "../engine/fixable-error.ts";
import { nearestWord } from "../engine/graph/nearest.ts";
import { RUN_ID } from "../engine/local/run-id.ts";
import { UsageError } from "./options.ts";

/** Raised when nothing of that name is there. */
class NoSuchRunError extends FixableError {
  override readonly name = "NoSuchRunError";
  constructor(name: string, folder: string, known: readonly string[]) {
    const near = nearestWord(name, known);
    super(
      `there is no run ${name} under .attractor/runs, and no run folder ${folder}`,
      near === null ? "`attractor list` shows the runs here" : `did you mean ${near}?`,
    );
  }
}

export function findRun(name: string, here: string): string {
  const folder = resolve(here, name);
  if (existsSync(folder)) return folder;
  const known: string[] = [];
  for (let at = resolve(here); ; at = dirname(at)) {
    const runs = join(at, ".attractor", "runs");
    if (RUN_ID.test(name) && existsSync(join(runs, name))) return join(runs, name);
    if (existsSync(runs)) known.push(...readdirSync(runs));
    if (dirname(at) === at) throw new NoSuchRunError(name, folder, known);
  }
}

/** What follows the command, with `--run-id` in the run's place. */
export const withRunId = (positionals: readonly string[], runId: string | undefined): readonly string[] =>
  runId === undefined ? positionals : [runId, ...positionals];

/** The run as the only argument, or with `--run-id`. */
export function runNamed(positionals: readonly string[], runId: string | undefined): string {
  const [name, ...more] = withRunId(positionals, runId);
  if (name === undefined) throw new UsageError("name a run: its id, or its folder");
  if (more.length > 0) throw new UsageError(`${JSON.stringify(more[0])} is one too many`);
  return findRun(name, process.cwd());
}
