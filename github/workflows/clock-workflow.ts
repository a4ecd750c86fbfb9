/** The workflow that looks at open runs each hour. It is switched on while one is open, and off by itself. */
import type { Made } from "./job-text.ts";
import { sweepJob } from "./sweep-job.ts";
import { flow } from "./yaml-text.ts";

export const clockWorkflow = (
  made: Made,
): string => `# Switched on by a job that leaves a run open, switched off by itself when no run is open: an idle repository costs no job.
name: Attractor clock
on: # zizmor: ignore[concurrency-limits] whoever comes second finds nothing to do
  schedule:
    - cron: "17 * * * *"
${made.jobs.timezone === undefined ? "" : `      timezone: ${flow(made.jobs.timezone)}\n`}permissions: {}
jobs:
${sweepJob(made, null)}`;
