/** The block `jobs:` of a repository's configuration, and the action's name written into it. */
import { parseDocument } from "yaml";
import { defaultConfig } from "../../engine/config/defaults.ts";
import { defaultJobs, type Jobs } from "../../engine/config/jobs.ts";
import { loadConfig } from "../../engine/config/load.ts";
import type { Config } from "../../engine/config/schema.ts";
import { CONFIG_PATH } from "../../github/workflows/init-files.ts";

export interface JobsInConfig {
  readonly jobs: Jobs;
  /** The whole of it; the default where it cannot be read. */
  readonly config: Config;
  readonly problem: string | null;
}

export function jobsIn(text: string): JobsInConfig {
  const loaded = loadConfig(text, CONFIG_PATH);
  if (loaded.ok) return { jobs: loaded.config.jobs ?? defaultJobs(), config: loaded.config, problem: null };
  const [first] = loaded.problems;
  const problem = first
    ? `${first.file}:${first.line}:${first.column}: ${first.message}`
    : "it cannot be read";
  return { jobs: defaultJobs(), config: defaultConfig(), problem };
}

/** Everything else in the file stays as it is, comments too. */
export function withAction(text: string, action: string): string {
  const document = parseDocument(text.trim() === "" ? "version: 1\n" : text);
  document.setIn(["jobs", "action"], action);
  return document.toString({ lineWidth: 0 });
}
