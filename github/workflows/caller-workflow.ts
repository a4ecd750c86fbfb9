/** The workflow of a run's jobs as `attractor init` writes it into a repository: every job its own, none of another's workflow. */
import { readOnlyIn } from "../../engine/config/jobs.ts";
import {
  decides,
  given,
  handedOn,
  keeps,
  type Made,
  pullRequestToken,
  smallPlace,
  tells,
} from "./job-text.ts";
import { marked } from "./marked-section.ts";
import { roundJobs } from "./round-jobs.ts";
import { expression } from "./yaml-text.ts";

const command = (made: Made): string => `  command:
    name: Command
    if: ${expression("inputs.command != ''")}
${smallPlace(made.jobs, 30)}    permissions:
      contents: write # what was asked of a run, in its log
${tells(made.jobs) || "      actions: read # when it was asked\n"}    steps:
      - uses: ${made.action}
        with:
          part: command
${decides(made.jobs)}${keeps(made.jobs)}${given(handedOn(["command"]))}${pullRequestToken(made.jobs)}`;

const FIRST_TITLE = "format('{0} r{1}', inputs.command || inputs.graph, github.run_id)";
const HOP_TITLE =
  "format('{0} hop {1}.{2}', fromJSON(inputs.hop).run, fromJSON(inputs.hop).hop, fromJSON(inputs.hop).epoch)";

const CALLER_HEAD = `# Runs Attractor graphs. What a graph has no use for is skipped and costs nothing.
# Add what you like outside of the marked lines. No concurrency group: it would cancel hops that wait for their turn.
name: Attractor
run-name: Attractor ${expression(`startsWith(inputs.hop, '{') && ${HOP_TITLE} || ${FIRST_TITLE}`)}
on: # zizmor: ignore[concurrency-limits] see above
  workflow_dispatch:
    inputs:
      graph: { type: string, default: graphs/hello.dot, description: Path of the graph }
      ref: { type: string, default: "", description: "Branch, tag or commit to work on" }
      inputs: { type: string, default: "", description: "Inputs of the graph, key=value" }
      budget: { type: string, default: "", description: Dollars that the run may spend }
      command: { type: string, default: "", description: "To a run, in place of a graph: choose GATE LABEL, answer GATE text, resume, cancel, diagnose" }
      hop: { type: string, default: "", description: "Leave empty: written by the run itself" }
`;

const PRIVILEGED = `# Stages that are marked privileged=true run in Privileged 1 and so on, as the runner's own user, and may only read.
`;

/** Before the jobs, and renewed with them. */
const HOW = {
  read: `# A workflow run takes turns: Trunk 1 says what is to be done, Branches 1 do it and may only read (00 Trunk: what comes one
# after the other), Trunk 2 takes their results, and so on. Next begins the workflow run after it, asks, tells, or settles what
# a lost runner left; Canceled ends a run that was cancelled. None of these jobs may be a required check: most are skipped.
`,
  write: `# A workflow run takes turns: Trunk 1 works until there is something to do side by side, Branches 1 do it, Trunk 2 takes their
# results and works on, and so on. Next begins the workflow run after it, asks, tells, or settles what a lost runner left;
# Canceled ends a run that was cancelled. None of these jobs may be a required check: most are skipped.
`,
} as const;

/** The whole workflow. */
export const callerWorkflow = (made: Made): string =>
  CALLER_HEAD + marked(`${howOf(made)}permissions: {}\njobs:\n${roundJobs(made)}${command(made)}`);

function howOf({ jobs }: Made): string {
  const readOnly = readOnlyIn(jobs);
  return readOnly === "all" ? HOW.read : `${HOW.write}${readOnly === "privileged" ? PRIVILEGED : ""}`;
}
