/** The workflow that listens to comments and looks after runs where no app is installed. */
import type { Made } from "./caller-workflow.ts";
import { smallPlace } from "./caller-workflow.ts";
import { expression, flow } from "./yaml-text.ts";

const LISTENS = `github.event_name != 'issue_comment' || (github.event.issue.pull_request && startsWith(github.event.comment.body, '/attractor'))`;

export const coordinatorWorkflow = ({ action, jobs }: Made): string => `name: Attractor coordinator
on: # zizmor: ignore[dangerous-triggers,concurrency-limits] it checks nothing out and runs the action alone
  issue_comment:
    types: [created]
  workflow_run:
    workflows: [Attractor]
    types: [completed]
  schedule:
    - cron: "7,22,37,52 * * * *"
${jobs.timezone === undefined ? "" : `      timezone: ${flow(jobs.timezone)}\n`}  workflow_dispatch:
permissions: {}
jobs:
  sweep:
    name: Sweep
    if: ${expression(LISTENS)}
${smallPlace(jobs, 10)}    permissions:
      contents: write # the runs' logs
      actions: write # to dispatch hops
      checks: write # the runs' checks
      issues: write # their comments
      pull-requests: write # to open their pull requests
    steps:
      - uses: ${action}
        with:
          part: sweep
`;
