/** What the product takes for granted of github.com and could not look up, row by row; and what no run of minutes can show. */

export interface Assumed {
  readonly says: string;
  /** What follows for runs where it is not so. */
  readonly otherwise: string;
  /** Whether runs work all the same. */
  readonly harmless: boolean;
}

export const ASSUMED = {
  refs: {
    says: "a job's token makes two hidden refs in one push, and deletes them",
    otherwise: "no run can keep its log here",
    harmless: false,
  },
  workflow_files: {
    says: "a hidden ref takes a commit whose workflow files are not the default branch's",
    otherwise: "the work of such a run is carried in its log, and published with pull-request-token alone",
    harmless: true,
  },
  stages: {
    says: "on the runner's image a stage's user reaches neither the job's token nor root",
    otherwise: "stages do not run here",
    harmless: false,
  },
  listed: {
    says: "a dispatched workflow run is in the list of workflow runs, with its title, within a minute",
    otherwise:
      "a hop whose workflow run is slow to come may be dispatched twice; the second finds it claimed, and ends",
    harmless: true,
  },
  queue: {
    says: "a job gets its runner within two minutes",
    otherwise: "runs are slow, and after a cancel the job that ends the run may come too late",
    harmless: true,
  },
  clock: {
    says: "a job's token with actions: write enables a workflow",
    otherwise:
      "leave attractor-clock.yml enabled by hand; it then costs a job each hour, also while no run is open",
    harmless: true,
  },
  clock_off: {
    says: "the same token disables it again once no run is open",
    otherwise: "the hourly workflow takes a job each hour while no run is open: disable it by hand",
    harmless: true,
  },
  command: {
    says: "a command in the dispatch form is obeyed: the job's token reads the permission of who dispatched it",
    otherwise: "questions of runs without a pull request cannot be answered on GitHub",
    harmless: false,
  },
  success: {
    says: "the run ends as a success, and so do its workflow runs",
    otherwise: "runs do not come to their end here",
    harmless: false,
  },
  jobs: {
    says: "two branches and an answered question take the jobs that `attractor plan` counts",
    otherwise: "a run costs other jobs than planned",
    harmless: true,
  },
  workflow_run: {
    says: "the end of a workflow run that a job's token dispatched starts workflows `on: workflow_run`",
    otherwise: "when the last job of a later hop is lost, its run waits for the next full hour",
    harmless: true,
  },
  cancelled: {
    says: "a job that begins after a cancel sees cancelled() true, so that job Canceled begins",
    otherwise: "a run whose workflow run is cancelled ends by its own job or with the next sweep",
    harmless: true,
  },
  canceled: {
    says: "a run whose workflow run is cancelled ends as canceled within five minutes",
    otherwise: "such a run ends with the next sweep",
    harmless: true,
  },
} as const satisfies Readonly<Record<string, Assumed>>;
export type Row = keyof typeof ASSUMED;

export interface Seen {
  readonly row: Row;
  /** null: it could not be asked. */
  readonly as: boolean | null;
  /** In words of ours alone, since it may stand in an issue: numbers, states, names of jobs. */
  readonly seen: string;
}

export type See = (row: Row, as: boolean | null, seen: string) => void;

/** What is not asked, and why. */
export const NOT_ASKED = [
  ["256 branches in one matrix, or in all of a workflow run", "it would take 257 jobs"],
  [
    "a job that ran out of time makes cancelled() true in the jobs after it",
    "the time of a job is the caller's own",
  ],
  [
    "a job with continue-on-error can be a required check",
    "it would take a rule for the default branch; none of the jobs may be one",
  ],
  ["push protection looks at hidden refs too", "it would take something that looks like a secret"],
  [
    "the hourly workflow comes on time, and is switched off after 60 quiet days",
    "it would take hours, and days",
  ],
  ["how many pushes a minute are taken", "a short run makes few"],
  ["a check that has completed can be opened again", "nothing rests on it: a new one is made"],
  ["a check that a job made keeps its details_url", "nothing rests on it: its text has the links"],
  ["what artifacts fill, and how long they stay", "the settings and the plan of the owner say it"],
] as const;
