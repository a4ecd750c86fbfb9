/** Which stages of a run are for jobs whose token may only read. */
import type { Pipeline, Stage } from "../graph/pipeline.ts";

export const READ_ONLY = ["none", "privileged", "all"] as const;
export type ReadOnly = (typeof READ_ONLY)[number];

/** Whether the stage itself is for such a job. */
export const isReadOnlyStage = ({ privileged }: Pick<Stage, "privileged">, readOnly: ReadOnly): boolean =>
  readOnly === "all" || (readOnly === "privileged" && privileged);

/** Stages that need the runner's own user, by their ids. */
export const privilegedIn = ({ stages }: Pipeline): string[] =>
  [...stages.values()].filter(({ privileged }) => privileged).map(({ id }) => id);
