/**
 * The jobs of a workflow run that takes turns (docs/protocol.md): a trunk job, its branches side by side, the next trunk job.
 * Every condition after the first trunk job has a status function: else one lost branch would skip all that comes after it.
 */

import { type Jobs, readOnlyIn } from "../../engine/config/jobs.ts";
import { ROUNDS_BY_DEFAULT } from "../../engine/plan/rounds.ts";
import {
  BEGINNING,
  decides,
  given,
  handedOn,
  keeps,
  limit,
  type Made,
  outputs,
  pullRequestToken,
  secretsOf,
  smallPlace,
  stageJob,
  tells,
} from "./job-text.ts";
import { expression } from "./yaml-text.ts";

const goOf = (round: number): string => `needs.trunk-${round}.outputs.go`;

/** A round's jobs beside its trunk job. */
const matricesOf = ({ jobs }: Made, round: number): readonly string[] =>
  readOnlyIn(jobs) === "privileged" ? [`legs-${round}`, `privileged-${round}`] : [`legs-${round}`];

/** One of them had something to do. */
const wereWanted = (made: Made, round: number): string =>
  matricesOf(made, round)
    .map((name) => `needs.${name}.result != 'skipped'`)
    .join(" || ");

const readOnlyInput = ({ jobs }: Made): string =>
  readOnlyIn(jobs) === "none" ? "" : `          read-only: ${readOnlyIn(jobs)}\n`;

/** Of a job that takes in what the others left. */
const takesIn = ({ jobs }: Made): string =>
  readOnlyIn(jobs) === "none" ? "" : "      actions: read # the artifacts of jobs that may only read\n";

/** The first one is told what the form says, the others what came before them. */
function trunk(made: Made, round: number): string {
  // Where all stages are for jobs that may only read it runs none.
  const isSmall = readOnlyIn(made.jobs) === "all";
  const { place, before } = isSmall ? { place: smallPlace(made.jobs, 30), before: "" } : stageJob(made);
  const past = round - 1;
  const condition =
    round === 1
      ? `    if: ${expression("inputs.command == ''")}\n`
      : `    needs: [trunk-${past}, ${matricesOf(made, past).join(", ")}]
    if: ${expression(`!cancelled() && ${isMixed(made) ? `(${wereWanted(made, past)})` : wereWanted(made, past)}`)}\n`;
  const told =
    round === 1 ? handedOn(BEGINNING) : [...handedOn(["hop"]), ["go", expression(goOf(past))] as const];
  return `  trunk-${round}:
    name: Trunk ${round}
${condition}${place}    permissions:
      contents: write # the run's log and its commits
${takesIn(made)}${outputs(["go"])}    steps:
${before}      - id: attractor
        uses: ${made.action}
        with:
          part: trunk
${readOnlyInput(made)}${decides(made.jobs)}${isSmall ? "" : limit(made.jobs)}${keeps(made.jobs)}${given(told)}${isSmall ? "" : secretsOf(made.jobs)}`;
}

const isMixed = ({ jobs }: Made): boolean => readOnlyIn(jobs) === "privileged";

interface Matrix {
  readonly id: string;
  /** Literal: a matrix that is skipped shows no value of it. */
  readonly name: string;
  /** Which list of `go`. */
  readonly list: "legs" | "read_only";
  readonly reads: boolean;
}

function matrix(made: Made, round: number, { id, name, list, reads }: Matrix): string {
  const { place, before } = stageJob(made);
  // The list of a matrix may not be empty.
  const some = isMixed(made) ? ` && fromJSON(${goOf(round)}).${list}[0]` : "";
  const rights = reads
    ? `      contents: read # the run's log and code; what is done here is left as an artifact\n${copilot(made)}`
    : "      contents: write # the branch's own log and commits\n";
  return `  ${id}-${round}:
    name: ${name} ${round}
    needs: trunk-${round}
    if: ${expression(`!cancelled() && startsWith(${goOf(round)}, '{')${some}`)}
    continue-on-error: true # what a branch that failed means is for the graph to say
    strategy:
      fail-fast: false
      max-parallel: ${expression(`fromJSON(${goOf(round)}).max`)}
      matrix:
        leg: ${expression(`fromJSON(${goOf(round)}).${list}`)}
${place}    permissions:
${rights}    steps:
${before}      - uses: ${made.action}
        with:
          part: branch
${reads ? readOnlyInput(made) : ""}${limit(made.jobs)}${keeps(made.jobs)}${given([
  ...handedOn(["hop"]),
  ["go", expression(goOf(round))],
  ["leg", expression("matrix.leg")],
])}${secretsOf(made.jobs)}`;
}

/** An agent is given this job's token, so nothing may stand beside the two. */
const copilot = ({ jobs }: Made): string =>
  jobs.copilot_requests
    ? "      copilot-requests: write # what agents ask of Copilot, on the bill of this repository\n"
    : "";

function matrices(made: Made, round: number): string {
  const legs = {
    id: "legs",
    name: "Branches",
    list: "legs",
    reads: readOnlyIn(made.jobs) === "all",
  } as const;
  const privileged = { id: "privileged", name: "Privileged", list: "read_only", reads: true } as const;
  return matrix(made, round, legs) + (isMixed(made) ? matrix(made, round, privileged) : "");
}

function nextCondition(made: Made, rounds: readonly number[]): string {
  const lost = rounds.map((round) => `(needs.trunk-${round}.result != 'skipped' && ${goOf(round)} == '')`);
  const last = wereWanted(made, rounds.length);
  const all = [`contains(needs.*.outputs.go, 'next') || ${last}`, ...lost].join(" ||\n      ");
  return `    if: >-\n      \${{ !cancelled() && (${all}) }}\n`;
}

function handOver(made: Made, contents: string, canceled: string): string {
  return `${smallPlace(made.jobs, 30)}    permissions:
      contents: write # ${contents}
${tells(made.jobs) || takesIn(made)}    steps:
      - uses: ${made.action}
        with:
          part: next
${readOnlyInput(made)}${decides(made.jobs)}${keeps(made.jobs)}${given(handedOn(["hop"]))}${pullRequestToken(made.jobs)}${canceled}`;
}

function lastJobs(made: Made, rounds: readonly number[]): string {
  const all = rounds.flatMap((round) => [`trunk-${round}`, ...matricesOf(made, round)]);
  return `  next:
    name: Next
    needs: [${all.join(", ")}]
    # Something is to be dispatched, asked or told, the rounds are used up, or a trunk job was lost and said nothing.
${nextCondition(made, rounds)}${handOver(made, "what lost jobs left, in the run's log", "")}  canceled:
    name: Canceled
    needs: [${[...all, "next"].join(", ")}]
    # Only the condition of a job knows of a cancel: a result may say cancelled of a job that took too long.
    if: ${expression("cancelled() && inputs.command == ''")}
${handOver(made, "the run's end, in its log", `          canceled: "true"\n`)}`;
}

const roundsOf = ({ rounds = ROUNDS_BY_DEFAULT }: Jobs): readonly number[] =>
  Array.from({ length: rounds }, (_, n) => n + 1);

export function roundJobs(made: Made): string {
  const rounds = roundsOf(made.jobs);
  const turns = rounds.map((round) => trunk(made, round) + matrices(made, round));
  return turns.join("") + lastJobs(made, rounds);
}
