/** How many jobs the graphs of the acceptance take. */
import { jobsIn, workflowRunsOf } from "../../../engine/plan/rounds.ts";

export const plannedJobs = (rounds: number): number =>
  jobsIn(
    workflowRunsOf([{ kind: "branches", count: 2 }, { kind: "question" }, { kind: "stages" }], {
      coordinator: "workflow",
      rounds,
      told: false,
    }),
  );

/** Of both runs, at most: the second one's trunk, its Canceled, and the sweep after it. */
export const acceptanceJobs = (rounds: number): number => plannedJobs(rounds) + 3;
