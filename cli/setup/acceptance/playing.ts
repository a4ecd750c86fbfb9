/** What the acceptance works with, and what it has made so far. */
import { CLOCK_FILE } from "../../../github/api/sweep-schedule.ts";
import type { Caller } from "../probe-run.ts";
import { branchOf } from "./graphs.ts";

/** In milliseconds. */
export interface Limits {
  /** Of each thing that takes runners: a question, an end. */
  readonly run: number;
  readonly listed: number;
  readonly heard: number;
  readonly queue: number;
  /** From a cancel to the end of the run. */
  readonly canceled: number;
  /** What workflow runs that are stopped may take to be over. */
  readonly stopped: number;
  readonly lookEvery: number;
}

export const LIMITS: Limits = {
  run: 10 * 60_000,
  listed: 60_000,
  heard: 90_000,
  queue: 120_000,
  canceled: 300_000,
  stopped: 120_000,
  lookEvery: 2_000,
};

/** Filled as it goes on, so that it is known, and taken away, whenever that ends. */
export interface Made {
  /** Of the branch and the graphs in it; null before there is one. */
  name: string | null;
  /** The first workflow run that was dispatched; null before there is one. */
  since: number | null;
  /** To be deleted. */
  readonly workflowRuns: Set<number>;
  readonly runs: Set<string>;
  clockSwitchedOff: boolean;
}

export const nothingMade = (): Made => ({
  name: null,
  since: null,
  workflowRuns: new Set(),
  runs: new Set(),
  clockSwitchedOff: false,
});

export interface Playing {
  readonly caller: Caller;
  readonly name: string;
  readonly rounds: number;
  readonly limits: Limits;
  readonly made: Made;
  readonly stop: AbortSignal;
  readonly progress: (line: string) => void;
}

/** For who ends it before that is taken away; null: nothing is left. */
export function madeText({ name, workflowRuns, clockSwitchedOff }: Made): string | null {
  const runs = [...workflowRuns].join(", ");
  const told = [
    ...(name === null ? [] : [`the branch ${branchOf(name)}`]),
    ...(runs === ""
      ? []
      : [`the workflow runs ${runs} with refs/attractor/r${[...workflowRuns][0]}/ and so on`]),
    ...(clockSwitchedOff ? [`${CLOCK_FILE}, which is switched off (gh workflow enable ${CLOCK_FILE})`] : []),
  ];
  return told.length === 0 ? null : told.join("; ");
}
