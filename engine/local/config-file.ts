/** The configuration a run begins with: the file that was named, else the repository's own, else the defaults. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { defaultConfig } from "../config/defaults.ts";
import { type ConfigProblem, loadConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { readInput } from "./read-input.ts";

/** Raised with every problem at once. */
export class ConfigError extends Error {
  override readonly name: string = "ConfigError";
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

const REPOSITORY_CONFIG = join(".github", "attractor.yml");

export function readConfig(
  path: string | null,
  workdir: string,
): { config: Config; notes: readonly string[] } {
  const own = join(workdir, REPOSITORY_CONFIG);
  const file = path ?? (existsSync(own) ? own : null);
  if (file === null) return { config: defaultConfig(), notes: [] };
  let text: string;
  try {
    text = readInput(file);
  } catch (error) {
    const gone = (error as NodeJS.ErrnoException).code === "ENOENT";
    const why = gone ? "there is no such file" : (error as Error).message;
    throw new ConfigError([`the configuration ${file} cannot be read: ${why}`]);
  }
  const loaded = loadConfig(text, file);
  if (!loaded.ok) throw new ConfigError(loaded.problems.map(describe));
  return { config: loaded.config, notes: loaded.notes.map(describe) };
}

const describe = ({ file, line, column, message, fix }: ConfigProblem): string =>
  `${file}:${line}:${column}: ${message}${fix === undefined ? "" : `; ${fix}`}`;

/** Where a run works: what was named, else what the config says, else here. */
export const workdirOf = (named: string | null, config: Config, here: string): string =>
  named ?? (config.repo?.path === undefined ? here : resolve(here, config.repo.path));
