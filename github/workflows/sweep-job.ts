/** The job that looks at every open run, in the workflow that listens and in the one that comes each hour. */
import { type Made, smallPlace } from "./job-text.ts";
import { expression } from "./yaml-text.ts";

export const sweepJob = ({ action, jobs }: Made, condition: string | null): string => `  sweep:
    name: Sweep
${condition === null ? "" : `    if: ${expression(condition)}\n`}${smallPlace(jobs, 10)}    permissions:
      contents: write # the runs' logs
      actions: write # to dispatch hops, and to switch the hourly workflow on and off
      checks: write # the runs' checks
      issues: write # their comments
      pull-requests: write # to open their pull requests
    steps:
      - uses: ${action}
        with:
          part: sweep
`;
