/** The block `jobs:` of a repository's configuration, and the action's name written into it. */
import { parseDocument } from "yaml";
import { defaultJobs, type Jobs } from "../../engine/config/jobs.ts";
import { loadConfig } from "../../engine/config/load.ts";
import { CONFIG_PATH } from "../../github/workflows/init-files.ts";

export function jobsIn(text: string): { readonly jobs: Jobs; readonly problem: string | null } {
  const loaded = loadConfig(text, CONFIG_PATH);
  if (loaded.ok) return { jobs: loaded.config.jobs ?? defaultJobs(), problem: null };
  const [first] = loaded.problems;
  const problem = first
    ? `${first.file}:${first.line}:${first.column}: ${first.message}`
    : "it cannot be read";
  return { jobs: defaultJobs(), problem };
}

/** Everything else in the file stays as it is, comments too. */
export function withAction(text: string, action: string): string {
  const document = parseDocument(text.trim() === "" ? "version: 1\n" : text);
  document.setIn(["jobs", "action"], action);
  return document.toString({ lineWidth: 0 });
}
