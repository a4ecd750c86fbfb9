/**
 * The jobs of a workflow run that takes turns (docs/protocol.md): a trunk job, its branches side by side, the next trunk job.
 * Every condition after the first trunk job has a status function: else one lost branch would skip all that comes after it.
 */

import type { Jobs } from "../../engine/config/jobs.ts";
import { ROUNDS_BY_DEFAULT } from "../../engine/plan/rounds.ts";
import {
  BEGINNING,
  decides,
  given,
  handedOn,
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

/** The first one is told what the form says, the others what came before them. */
function trunk(made: Made, round: number): string {
  const { place, before } = stageJob(made);
  const past = round - 1;
  const condition =
    round === 1
      ? `    if: ${expression("inputs.command == ''")}\n`
      : `    needs: [trunk-${past}, legs-${past}]
    if: ${expression(`!cancelled() && needs.legs-${past}.result != 'skipped'`)}\n`;
  const told =
    round === 1
      ? handedOn(BEGINNING)
      : [
          ...handedOn(["hop"]),
          ["go", expression(goOf(past))] as const,
          ["legs", expression(`needs.legs-${past}.result`)] as const,
        ];
  return `  trunk-${round}:
    name: Trunk ${round}
${condition}${place}    permissions:
      contents: write # the run's log and its commits
${outputs(["go"])}    steps:
${before}      - id: attractor
        uses: ${made.action}
        with:
          part: trunk
${decides(made.jobs)}${limit(made.jobs)}${given(told)}${secretsOf(made.jobs)}`;
}

/** Its name is literal: a matrix that is skipped shows no value of it. */
function branches(made: Made, round: number): string {
  const { place, before } = stageJob(made);
  return `  legs-${round}:
    name: Branches ${round}
    needs: trunk-${round}
    if: ${expression(`!cancelled() && startsWith(${goOf(round)}, '{')`)}
    continue-on-error: true # what a branch that failed means is for the graph to say
    strategy:
      fail-fast: false
      max-parallel: ${expression(`fromJSON(${goOf(round)}).max`)}
      matrix:
        leg: ${expression(`fromJSON(${goOf(round)}).legs`)}
${place}    permissions:
      contents: write # the branch's own log and commits
    steps:
${before}      - uses: ${made.action}
        with:
          part: branch
${limit(made.jobs)}${given([
  ...handedOn(["hop"]),
  ["go", expression(goOf(round))],
  ["leg", expression("matrix.leg")],
])}${secretsOf(made.jobs)}`;
}

function nextCondition(rounds: readonly number[]): string {
  const lost = rounds.map((round) => `(needs.trunk-${round}.result != 'skipped' && ${goOf(round)} == '')`);
  const last = `needs.legs-${rounds.length}.result != 'skipped'`;
  const all = [`contains(needs.*.outputs.go, 'next') || ${last}`, ...lost].join(" ||\n      ");
  return `    if: >-\n      \${{ !cancelled() && (${all}) }}\n`;
}

function handOver(made: Made, contents: string, canceled: string): string {
  return `${smallPlace(made.jobs, 30)}    permissions:
      contents: write # ${contents}
${tells(made.jobs)}    steps:
      - uses: ${made.action}
        with:
          part: next
${decides(made.jobs)}${given(handedOn(["hop"]))}${pullRequestToken(made.jobs)}${canceled}`;
}

function lastJobs(made: Made, rounds: readonly number[]): string {
  const all = rounds.flatMap((round) => [`trunk-${round}`, `legs-${round}`]);
  return `  next:
    name: Next
    needs: [${all.join(", ")}]
    # Something is to be dispatched, asked or told, the rounds are used up, or a trunk job was lost and said nothing.
${nextCondition(rounds)}${handOver(made, "what lost jobs left, in the run's log", "")}  canceled:
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
  const turns = rounds.map((round) => trunk(made, round) + branches(made, round));
  return turns.join("") + lastJobs(made, rounds);
}
