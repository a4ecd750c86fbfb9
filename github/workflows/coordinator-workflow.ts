/** The workflow that listens to comments, and to workflow runs that did not end well, where no app is installed. */
import type { Made } from "./job-text.ts";
import { sweepJob } from "./sweep-job.ts";

const LISTENS =
  "github.event_name == 'issue_comment' && github.event.issue.pull_request && startsWith(github.event.comment.body, '/attractor')";
/** The jobs of one that ended well have left nothing to do. */
const FAILED = "github.event_name == 'workflow_run' && github.event.workflow_run.conclusion != 'success'";

export const coordinatorWorkflow = (made: Made): string => `name: Attractor coordinator
on: # zizmor: ignore[dangerous-triggers,concurrency-limits] it checks nothing out and runs the action alone
  issue_comment:
    types: [created]
  workflow_run:
    workflows: [Attractor]
    types: [completed]
permissions: {}
jobs:
${sweepJob(made, `(${LISTENS}) || (${FAILED})`)}`;
