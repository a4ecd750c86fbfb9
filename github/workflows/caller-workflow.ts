/** The jobs of a hop as `attractor init` writes them into a repository: every one its own, none of another's workflow. */
import type { Jobs } from "../../engine/config/jobs.ts";
import { marked } from "./marked-section.ts";
import { expression, flow, indented, stepsText } from "./yaml-text.ts";

/** Inputs of the form that a run begins with. */
const BEGINNING = ["graph", "ref", "inputs", "budget", "hop"] as const;

export interface Made {
  readonly jobs: Jobs;
  /** OWNER/NAME@REF. */
  readonly action: string;
}

/** `with:` of a step of ours. */
const given = (entries: readonly (readonly [string, string])[]): string =>
  entries.map(([name, value]) => `          ${name}: ${value}\n`).join("");

const handedOn = (names: readonly string[]): [string, string][] =>
  names.map((name) => [name, expression(`inputs.${name}`)]);

/** Where a job runs that runs stages, and its steps before ours. */
function stageJob({ jobs }: Made): { place: string; before: string } {
  const place = [
    `    runs-on: ${flow(jobs.runs_on)}\n`,
    `    timeout-minutes: ${jobs.timeout_minutes}\n`,
    ...(jobs.environment === undefined ? [] : [`    environment: ${flow(jobs.environment)}\n`]),
    ...(jobs.container === undefined ? [] : [`    container: ${flow(jobs.container)}\n`]),
  ];
  return { place: place.join(""), before: stepsText(jobs.steps) };
}

export const smallPlace = ({ runs_on, small_runs_on }: Jobs, minutes: number): string =>
  `    runs-on: ${flow(small_runs_on ?? runs_on)}\n    timeout-minutes: ${minutes}\n`;

const limit = ({ timeout_minutes }: Jobs): string =>
  `          timeout-minutes: ${timeout_minutes} # as above: nothing tells a job its own\n`;

/** Keys that the configuration names; without any, the lines that somebody will need first. */
function secretsOf({ secrets }: Jobs): string {
  if (secrets.length === 0)
    return `          # secrets: |
          #   ANTHROPIC_API_KEY=${expression("secrets.ANTHROPIC_API_KEY")}
`;
  const lines = secrets.map((name) => `${name}=${expression(`secrets.${name}`)}\n`).join("");
  return `          secrets: |\n${indented(lines, 12)}`;
}

const pullRequestToken = ({ pull_request_token: name }: Jobs): string =>
  name === undefined ? "" : `          pull-request-token: ${expression(`secrets.${name}`)}\n`;

const decides = ({ coordinator }: Jobs): string => `          coordinator: ${coordinator}\n`;

const readOnly = ({ durability }: Jobs): string =>
  durability === "job" ? "          durability: job\n" : "";

/** An agent is given this job's token, so nothing may stand beside the two. */
const copilot = ({ copilot_requests }: Jobs): string =>
  copilot_requests
    ? "      copilot-requests: write # what agents ask of Copilot, on the bill of this repository\n"
    : "";

const outputs = (names: readonly string[]): string =>
  `    outputs:\n${names.map((name) => `      ${name}: ${expression(`steps.attractor.outputs.${name}`)}\n`).join("")}`;

const matrixOf = (job: string): string => `    strategy:
      fail-fast: false
      max-parallel: ${expression(`fromJSON(needs.${job}.outputs.max-parallel)`)}
      matrix:
        leg: ${expression(`fromJSON(needs.${job}.outputs.branches)`)}
`;

const hasBranches = (job: string): string =>
  expression(
    `needs.${job}.outputs.proceed == 'true' && needs.${job}.outputs.branches != '' && needs.${job}.outputs.branches != '[]'`,
  );

/** Stages of the trunk, then what is to be done side by side. */
function trunk(made: Made): string {
  const { place, before } = stageJob(made);
  return `  trunk:
    name: Trunk
    if: ${expression("inputs.command == ''")}
${place}    permissions:
      contents: write # the run's log and its commits
${outputs(["proceed", "branches", "max-parallel"])}    steps:
${before}      - id: attractor
        uses: ${made.action}
        with:
          part: trunk
${decides(made.jobs)}${limit(made.jobs)}${given(handedOn(BEGINNING))}${secretsOf(made.jobs)}`;
}

/** Where stages may write nothing, a job without stages claims the hop. */
function claim(made: Made): string {
  return `  claim:
    name: Claim
    if: ${expression("inputs.command == ''")}
${smallPlace(made.jobs, 15)}    permissions:
      contents: write # the claim in the run's log; no stage runs here
      actions: read # what the jobs of a lost claim left
${outputs(["proceed", "trunk", "branches", "max-parallel"])}    steps:
      - id: attractor
        uses: ${made.action}
        with:
          part: claim
          durability: job
${decides(made.jobs)}${given(handedOn(BEGINNING))}`;
}

function readOnlyTrunk(made: Made): string {
  const { place, before } = stageJob(made);
  return `  trunk:
    name: Trunk
    needs: claim
    if: ${expression("needs.claim.outputs.proceed == 'true' && needs.claim.outputs.trunk == 'true'")}
${place}    permissions:
      contents: read # the run's log and code
${copilot(made.jobs)}    steps:
${before}      - uses: ${made.action}
        with:
          part: trunk
          durability: job
${limit(made.jobs)}${given(handedOn(["hop"]))}${secretsOf(made.jobs)}`;
}

function branches(made: Made, claimer: "trunk" | "claim"): string {
  const { place, before } = stageJob(made);
  const rights =
    claimer === "trunk"
      ? "contents: write # the branch's own log and commits"
      : "contents: read # the run's log and code";
  return `  branch:
    name: Branches
    needs: ${claimer}
    if: ${hasBranches(claimer)}
${matrixOf(claimer)}${place}    permissions:
      ${rights}
${claimer === "claim" ? copilot(made.jobs) : ""}    steps:
${before}      - uses: ${made.action}
        with:
          part: branch
${readOnly(made.jobs)}${limit(made.jobs)}${given([...handedOn(["hop"]), ["leg", expression("matrix.leg")]])}${secretsOf(made.jobs)}`;
}

const TELLS = `      actions: write # to dispatch the hop that follows
`;

function settle(made: Made, claimer: "trunk" | "claim"): string {
  const before = claimer === "trunk" ? ["trunk", "branch"] : ["claim", "trunk", "branch"];
  const step = (condition: string, canceled: string) => `      - if: ${expression(condition)}
        uses: ${made.action}
        with:
          part: settle
${readOnly(made.jobs)}${given([...handedOn(["hop"]), ["before", expression(`needs.${claimer}.result`)]])}${pullRequestToken(made.jobs)}${canceled}`;
  return `  settle:
    name: Settle
    needs: [${before.join(", ")}]
    # Whatever became of the others: a lost runner has no outputs. Not where nothing began.
    if: ${expression(`always() && inputs.command == '' && needs.${claimer}.outputs.proceed != 'false'`)}
${smallPlace(made.jobs, 30)}    permissions:
      contents: write # the hop's results in the run's log
${TELLS}    steps:
${step("!cancelled()", `          # A step's cancelled() is about its own job; of the others their results tell.\n          canceled: ${expression("contains(needs.*.result, 'cancelled')")}\n`)}${step("cancelled()", `          canceled: "true"\n`)}`;
}

const command = (made: Made): string => `  command:
    name: Command
    if: ${expression("inputs.command != ''")}
${smallPlace(made.jobs, 30)}    permissions:
      contents: write # what was asked of a run, in its log
${TELLS}    steps:
      - uses: ${made.action}
        with:
          part: command
${readOnly(made.jobs)}${decides(made.jobs)}${given(handedOn(["command"]))}${pullRequestToken(made.jobs)}`;

function callerJobs(made: Made): string {
  const claimer = made.jobs.durability === "stage" ? "trunk" : "claim";
  const first = claimer === "trunk" ? [trunk(made)] : [claim(made), readOnlyTrunk(made)];
  return [...first, branches(made, claimer), settle(made, claimer), command(made)].join("");
}

const FIRST_TITLE = "format('{0} r{1}', inputs.command || inputs.graph, github.run_id)";
const HOP_TITLE =
  "format('{0} hop {1}.{2}', fromJSON(inputs.hop).run, fromJSON(inputs.hop).hop, fromJSON(inputs.hop).epoch)";

const CALLER_HEAD = `# Runs Attractor graphs. A hop of a run is one workflow run: Trunk works and says what is to be done side by side, Branches
# do it, Settle takes their results and begins the next hop. What a graph has no use for is skipped and costs nothing.
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

/** The whole workflow. */
export const callerWorkflow = (made: Made): string =>
  CALLER_HEAD + marked(`permissions: {}\njobs:\n${callerJobs(made)}`);
