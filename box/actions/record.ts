import type { Attempt, Job, Repository, Run } from "../state/records.ts";

export const jobsOf = ({ runs }: Repository): Job[] =>
  [...runs.values()].flatMap(({ attempts }) => attempts.flatMap(({ jobs }) => jobs));

export const newest = (run: Run): Attempt => run.attempts.at(-1)!;
